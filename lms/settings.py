"""All settings, read once from the environment, top to bottom.

`.env.example` lists the variables. Outside DEBUG no secret has a default. What is missing, malformed or unsafe stops the
start with one sentence each.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corsheaders.defaults import default_headers
from django.utils.csp import CSP

from lms import __version__
from lms.checks.settings import conflicts
from lms.environment import choice, flag, integer, rate, refuse_if_wrong, text, texts, url

BASE_DIR = Path(__file__).resolve().parent.parent
DEBUG = flag("DEBUG")


def secret(name: str, development: str, *, pattern: str = "", hint: str) -> str:
    """Read a secret that has a default in DEBUG only."""
    return text(name, development if DEBUG else None, pattern=pattern, hint=hint)


# --- Identity -----------------------------------------------------------------------------------------------

SECRET_KEY = secret(
    "SECRET_KEY",
    "development-only-" + "0" * 40,
    pattern="" if DEBUG else ".{50,}",
    hint="give it 50 or more random characters.",
)
SECRET_KEY_FALLBACKS = texts("SECRET_KEY_FALLBACKS")

ALLOWED_HOSTS = texts(
    "ALLOWED_HOSTS",
    "127.0.0.1,localhost,[::1]" if DEBUG else None,
    hint="name the hosts that this server answers for.",
)
SITE_NAME = text("SITE_NAME", "Lectern")
SITE_URL = url(
    "SITE_URL",
    "http://localhost:8000" if DEBUG else "https://" + (ALLOWED_HOSTS or [""])[0],
).rstrip("/")
FRONTEND_URL = url("FRONTEND_URL", "http://localhost:5173" if DEBUG else SITE_URL).rstrip("/")
# Shown on the page of the API in development: "student@demo.test password what-this-person-may-do".
SAMPLE_LOGINS = (
    texts(
        "SAMPLE_LOGINS",
        pattern=r"\S+@\S+ \S+ .+",
        hint="write an address, a password and what the person may do.",
    )
    if DEBUG
    else ()
)
TRUSTED_ORIGINS = texts("TRUSTED_ORIGINS", FRONTEND_URL)
if DEBUG:  # and the pages of this machine: the API's own, the shop beside it, and the usual ports of React and Vite
    _port = urlsplit(SITE_URL).port or 80
    _pages = [
        f"http://{host}:{port}"
        for port in (_port, _port + 4, 3000, 5173)
        for host in ("localhost", "127.0.0.1")
    ]
    TRUSTED_ORIGINS = tuple(dict.fromkeys([*TRUSTED_ORIGINS, *_pages]))

# --- Django -------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "lms.apps.LmsConfig",  # before unfold, whose templates it extends, and the backend, whose `migrate` it extends
    "unfold.apps.BasicAppConfig",  # before the admin, whose templates it replaces
    "lms.apps.MongoAdminConfig",
    "lms.apps.MongoAuthConfig",
    "lms.apps.MongoContentTypesConfig",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_mongodb_backend",
    "corsheaders",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "accounts",
    "media",
    "courses",
    "certificates",
    "learning",
    "assessments",
    "payments",
]

MIDDLEWARE = [
    "lms.middleware.RequestMiddleware",
    "lms.middleware.RateLimitMiddleware",
    "lms.middleware.CacheControlMiddleware",
    "lms.middleware.LanguageMiddleware",
    "lms.middleware.BodyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "lms.middleware.ContentSecurityPolicyMiddleware",
    "lms.middleware.PermissionsPolicyMiddleware",
    "lms.middleware.WhiteNoiseMiddleware",
    "lms.middleware.CorsMiddleware",
    "accounts.cookies.CookieMiddleware",
    "lms.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "lms.middleware.AuthenticationMiddleware",
    "lms.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n"],
            "context_processors": [
                "django.template.context_processors.csp",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
# What people are written to in, each by its own name. docs/operations.md has how to add one.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "lms" / "locale"]
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static_root"
WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "images": {"BACKEND": "media.storage.ImageStorage"},
    "staticfiles": {"BACKEND": "lms.staticfiles.FingerprintedFiles"},
}

# Uploads are counted and kept on disk, never in memory; a view that accepts more than an image sets its own limit.
FILE_UPLOAD_HANDLERS = ["lms.uploads.CountedFileHandler"]
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 4

# The staff's site. Its colours are in lms/static/lms/staff.css.
UNFOLD = {
    "SITE_TITLE": SITE_NAME,
    "SITE_HEADER": SITE_NAME,
    "SITE_SUBHEADER": "lms.admin.brand.subheader",
    "SITE_URL": FRONTEND_URL,
    "SITE_ICON": "lms.admin.brand.icon",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "lms.admin.brand.icon"}],
    "ENVIRONMENT": "lms.admin.brand.environment",
    "STYLES": ["lms.admin.brand.styles"],
    "SIDEBAR": {"navigation": "lms.admin.navigation.list_groups"},
}

# --- Database, cache, tasks -----------------------------------------------------------------------------------

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "lms.mongodb",
        "HOST": url(
            "MONGODB_URI",
            None,
            schemes=("mongodb", "mongodb+srv"),
            hint="name the MongoDB replica set, mongodb://... .",
        ),
        "NAME": text("MONGODB_NAME", "lms"),
        "OPTIONS": {
            "serverSelectionTimeoutMS": integer("MONGODB_TIMEOUT_MS", 5000, min_=100),
            "connectTimeoutMS": 5000,
            "socketTimeoutMS": 30000,
            "retryWrites": True,
            # Confirmed by most members: MongoDB's default is less in a replica set with an arbiter.
            "w": "majority",
        },
    }
}
DATABASE_ROUTERS = ["django_mongodb_backend.routers.MongoRouter"]
DEFAULT_AUTO_FIELD = "django_mongodb_backend.fields.ObjectIdAutoField"
MIGRATION_MODULES: dict[str, str | None] = {
    app: f"lms.mongo_migrations.{app}" for app in ("admin", "auth", "contenttypes")
}

REDIS_URL = url("REDIS_URL", schemes=("redis", "rediss", "unix"))
SINGLE_PROCESS = flag("SINGLE_PROCESS", default=DEBUG)
if REDIS_URL:
    # No request waits longer for an unavailable Redis: /health/ready, for example, has two seconds.
    _redis = (
        f"{REDIS_URL}{'&' if '?' in REDIS_URL else '?'}socket_connect_timeout=1&socket_timeout=1"
    )
    CACHES = {
        "default": {
            "BACKEND": "lms.cache.RedisCache",
            "LOCATION": _redis,
            "VERSION": 2,  # what version 1 wrote are pickles
        }
    }
else:
    # Counters live in the process. Of Django's 300 entries, a visitor's invented addresses would push out the counters
    # of others; 100,000 take 34 MB.
    CACHES = {
        "default": {
            "BACKEND": "lms.cache.LocalCache",
            "OPTIONS": {"MAX_ENTRIES": 100_000},
        }
    }
TASKS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "lms.tasks.backend.MongoBackend"}}
WORKER_THREAD = not REDIS_URL  # a single process runs its tasks itself

# --- People -------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = [
    "accounts.hashers.Argon2",
    "accounts.hashers.Bcrypt",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
MIN_PASSWORD_LENGTH = 10
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": MIN_PASSWORD_LENGTH},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# The first key signs and every key verifies, so that a key can be changed without signing anybody out.
JWT_SIGNING_KEYS = texts(
    "JWT_SIGNING_KEYS", pattern=".{32,}", hint="give each key 32 or more random characters."
) or (SECRET_KEY, *SECRET_KEY_FALLBACKS)
ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=14)
REFRESH_TOKEN_GRACE = timedelta(seconds=10)
SESSION_LIFETIME = timedelta(days=90)
CHALLENGE_LIFETIME = timedelta(minutes=5)
PASSWORD_RESET_LIFETIME = timedelta(hours=1)
EMAIL_VERIFICATION_LIFETIME = timedelta(days=3)
INVITATION_LIFETIME = timedelta(days=3)
INSTRUCTOR_APPROVAL = flag("INSTRUCTOR_APPROVAL")
STAFF_SECOND_FACTOR = flag("STAFF_SECOND_FACTOR")

MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": text("EMAIL_HOST", "localhost"),
            "port": integer("EMAIL_PORT", 25, min_=1, max_=65535),
            "username": text("EMAIL_HOST_USER"),
            "password": text("EMAIL_HOST_PASSWORD"),
            "use_tls": flag("EMAIL_USE_TLS"),
            "timeout": 10,
        },
    }
}
DEFAULT_FROM_EMAIL = text("DEFAULT_FROM_EMAIL", f"{SITE_NAME} <no-reply@localhost>")

# --- HTTP ---------------------------------------------------------------------------------------------------

SECURE_COOKIES = flag("SECURE_COOKIES", default=not DEBUG)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_PATH = "/admin"
CSRF_TRUSTED_ORIGINS = TRUSTED_ORIGINS
CSRF_FAILURE_VIEW = "lms.exception_handler.csrf_failure"
CORS_ALLOWED_ORIGINS = TRUSTED_ORIGINS
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = [*default_headers, "x-request-id", "if-none-match"]
CORS_EXPOSE_HEADERS = [
    "X-Request-ID",
    "Retry-After",
    "RateLimit",
    "RateLimit-Policy",
    "ETag",
    "Content-Disposition",
    "Content-Length",
]
CORS_URLS_REGEX = r"^/api/"
SECURE_SSL_REDIRECT = flag("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^health/", r"^metrics$"]
SECURE_HSTS_SECONDS = integer("SECURE_HSTS_SECONDS", 0 if DEBUG else 31536000)
# Off: they bind hosts that this server knows nothing about, for a year.
SECURE_HSTS_INCLUDE_SUBDOMAINS = flag("SECURE_HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD = flag("SECURE_HSTS_PRELOAD")
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # these two are the operator's choice
SECURE_REFERRER_POLICY = "same-origin"
if flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

THROTTLE_RATES = {
    scope: rate(f"THROTTLE_{scope.upper()}", default)
    for scope, default in {
        "signin": "10/min",
        "signin_email": "5/min",
        "signin_failed": "50/h",
        "signup": "10/h",
        "forgot": "5/h",
        "forgot_email": "5/h",
        "resend": "5/h",
        "password": "10/min",
        "checkout": "30/h",
        "coupon": "30/h",
        "sync": "30/min",
        "uploads": "120/h",
        "attempts": "30/h",
        "responses": "120/min",
        "user": "1000/min",
        "anon": "300/min",
    }.items()
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_THROTTLE_CLASSES": ["lms.throttling.UserThrottle", "lms.throttling.AnonThrottle"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "lms.negotiation.Negotiation",
    "DEFAULT_RENDERER_CLASSES": ["lms.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["lms.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "lms.pagination.CursorPagination",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "lms.schema.operations.AutoSchema",
    "DEFAULT_METADATA_CLASS": "lms.metadata.NoMetadata",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "NUM_PROXIES": integer("NUM_PROXIES", 0),
    "DATETIME_FORMAT": None,  # the renderer writes times
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "URL_FORMAT_OVERRIDE": None,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "lms.exception_handler.ExceptionHandler",
    "EXCEPTION_FORMATTER_CLASS": "lms.exception_handler.ExceptionFormatter",
    "ENABLE_IN_DEBUG_FOR_UNHANDLED_EXCEPTIONS": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "CONTACT": {"name": SITE_NAME, "url": SITE_URL},
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SORT_OPERATIONS": False,  # as the paths are written: sign up, sign in, sign out
    "SORT_OPERATION_PARAMETERS": False,
    "PATH_CONVERTER_OVERRIDES": {
        "course": {"type": "string", "minLength": 1, "maxLength": 80, "example": "learn-python"}
    },
    "PREPROCESSING_HOOKS": ["lms.schema.paths.sort", "lms.schema.paths.name_keys"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "payments.webhooks.describe",
        "lms.schema.introduction.introduce",
        "lms.schema.components.finish",
        "lms.schema.examples.add_examples",
    ],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,  # a list of the values again
    "ENUM_NAME_OVERRIDES": {
        "AcceptedWork": "assessments.models.Assignment.Accept",
        "AccessReason": "courses.visibility.Reason",
        "AssetKind": "media.models.Asset.Kind",
        "AssetStatus": "media.models.Asset.Status",
        "AttemptStatus": "assessments.models.Attempt.Status",
        "CourseCompletion": "courses.models.Course.Completion",
        "CourseLevel": "courses.models.Course.Level",
        "CoursePacing": "courses.models.Course.Pacing",
        "CourseStatus": "courses.models.Course.Status",
        "CourseWarningCode": ["unknown_duration"],
        "Currency": "django.conf.settings.CURRENCIES",
        "ErrorType": ["validation_error", "client_error", "server_error"],
        "GrantSource": "learning.models.Source",
        "LatePolicy": "assessments.models.Assignment.Late",
        "LectureKind": "courses.models.Lecture.Kind",
        "LockReason": "courses.visibility.LockReason",
        "Locale": [code for code, _ in LANGUAGES],
        "OptionSide": "assessments.models.question.Side",
        "OrderStatus": "payments.models.Order.Status",
        "QuestionFormat": ["json", "gift", "moodle_xml"],
        "QuestionKind": "assessments.models.question.Kind",
        "QuizCounts": "assessments.models.Quiz.Counts",
        "QuizReason": "assessments.queries.quizzes.Reason",
        "QuizShowKey": "assessments.models.Quiz.ShowKey",
        "SkippedUpdateCode": "learning.services.study.Skipped",
        "SubmittedBy": "assessments.models.Attempt.By",
        "SubmissionStatus": "assessments.models.Submission.Status",
        "SuggestionKind": ["course", "tag", "instructor"],
        "UserRole": "accounts.models.User.Role",
    },
}

# --- Cloudinary ---------------------------------------------------------------------------------------------

CLOUDINARY_URL = secret(
    "CLOUDINARY_URL",
    "cloudinary://100000000000000:sandbox-secret@sandbox",
    pattern=r"cloudinary://[^:@/]+:[^:@/]+@.+",
    hint="give it cloudinary://key:secret@cloud from Cloudinary's console.",
)
_cloud = urlsplit(CLOUDINARY_URL)
CLOUDINARY_API_BASE = url("CLOUDINARY_API_BASE").rstrip("/")
CLOUDINARY_PREFIX = text(
    "CLOUDINARY_PREFIX",
    "lms",
    pattern=r"[\w-]+(/[\w-]+)*",
    hint="name a folder; nothing outside of it is touched.",
)
CLOUDINARY_TOKEN_KEY = text(
    "CLOUDINARY_TOKEN_KEY",
    pattern=r"([0-9a-fA-F]{2})+",
    hint="give it the hex digits that Cloudinary's console shows.",
)
# Make HLS of every video. Without a token key its URLs never expire, and playback says so (`expires_at` null).
CLOUDINARY_STREAMING = flag("CLOUDINARY_STREAMING", default=bool(CLOUDINARY_TOKEN_KEY))
# django-cloudinary-storage reads this on import. Then media/cloud.py configures the SDK.
CLOUDINARY_STORAGE = {
    "CLOUD_NAME": _cloud.hostname,
    "API_KEY": _cloud.username,
    "API_SECRET": _cloud.password,
    "PREFIX": CLOUDINARY_PREFIX,
    "SECURE": not CLOUDINARY_API_BASE,
}
CLOUDINARY_TIMEOUT = integer("CLOUDINARY_TIMEOUT", 20, min_=1)
CLOUDINARY_CHUNK_BYTES = integer(
    "CLOUDINARY_CHUNK_BYTES",
    6 * 1024 * 1024,
    min_=64 * 1024 if DEBUG else 5 * 1024 * 1024,  # Cloudinary refuses smaller parts
)
# Where images come from: Cloudinary's host and the folder of our cloud, or a host of our own (the path of the variable).
_images = _cloud.path.strip("/") or f"res.cloudinary.com/{_cloud.hostname}"
IMAGES_FROM = (CLOUDINARY_API_BASE or f"https://{_images}") + "/"
# What a page may load: only our own files, styles and scripts that a template marks with its nonce, and images.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:", CLOUDINARY_API_BASE or f"https://{_images}/"],
    # The videos of a course that staff look at before they publish it.
    "media-src": [CLOUDINARY_API_BASE or "https://api.cloudinary.com/", f"https://{_images}/"],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
# The staff's site: Alpine evaluates the expressions in unfold's templates and sets styles of elements, and videos are played
# (docs/decisions/0028-unfold-under-a-policy.md).
STAFF_CSP = SECURE_CSP | {
    "script-src": [CSP.SELF, CSP.NONCE, CSP.UNSAFE_EVAL],
    "style-src-attr": [CSP.UNSAFE_INLINE],
    "font-src": [CSP.SELF],
    "media-src": SECURE_CSP["img-src"],
}
MAX_IMAGE_BYTES = integer("MAX_IMAGE_BYTES", 5 * 1024 * 1024, min_=1)
MAX_VIDEO_BYTES = integer("MAX_VIDEO_BYTES", 2 * 1024**3, min_=1)
MAX_FILE_BYTES = integer("MAX_FILE_BYTES", 50 * 1024 * 1024, min_=1)
MAX_CAPTIONS_BYTES = integer("MAX_CAPTIONS_BYTES", 1024 * 1024, min_=1)
MAX_SUBMISSION_BYTES = integer("MAX_SUBMISSION_BYTES", 50 * 1024 * 1024, min_=1)
UPLOAD_LIFETIME = timedelta(hours=24)
PLAYBACK_LIFETIME = timedelta(hours=4)
PLAYBACK_STREAMS = integer("PLAYBACK_STREAMS", 3, min_=1)
PLAYBACK_LEASE = timedelta(minutes=15)  # how long a device holds a stream, at most
MAIL_LOG = timedelta(days=90)  # how long it is kept which mails a person got
PLAYBACK_LOG = timedelta(days=30)  # how long records of who watched what are kept

# --- Courses and learning -----------------------------------------------------------------------------------

COURSE_REVIEW = flag("COURSE_REVIEW")
COMPLETION_PERCENT = integer("COMPLETION_PERCENT", 90, min_=1, max_=100)
# Ed25519 seeds, 32 bytes in base64: the first signs certificates, all verify them. Without any they are derived
# from SECRET_KEY and its fallbacks.
CERTIFICATE_SIGNING_KEYS = texts(
    "CERTIFICATE_SIGNING_KEY",
    pattern=r"[0-9A-Za-z+/]{43}=",
    hint="give it 32 bytes in base64: openssl rand -base64 32",
)

# --- Stripe -------------------------------------------------------------------------------------------------

STRIPE_SECRET_KEY = secret(
    "STRIPE_SECRET_KEY",
    "sk_test_sandbox",
    pattern="[sr]k_(test|live)_.*",
    hint="give it the secret key from Stripe's dashboard: sk_test_, sk_live_, rk_test_ or rk_live_.",
)
STRIPE_WEBHOOK_SECRETS = texts(
    "STRIPE_WEBHOOK_SECRETS",
    "whsec_sandbox" if DEBUG else None,
    hint="give it the webhook endpoint's signing secret, or anyone could forge a payment.",
)
STRIPE_API_BASE = url("STRIPE_API_BASE").rstrip("/")
STRIPE_API_VERSION = "2026-10-28.endive"
STRIPE_LIVEMODE = flag("STRIPE_LIVEMODE", default="_live_" in STRIPE_SECRET_KEY)
STRIPE_AUTOMATIC_TAX = flag("STRIPE_AUTOMATIC_TAX")
STRIPE_PROMOTION_CODES = flag("STRIPE_PROMOTION_CODES")
CHECKOUT_SUCCESS_URL = url(
    "CHECKOUT_SUCCESS_URL",
    FRONTEND_URL + "/checkout/success?order={ORDER_ID}&session_id={CHECKOUT_SESSION_ID}",
)
CHECKOUT_CANCEL_URL = url("CHECKOUT_CANCEL_URL", FRONTEND_URL + "/checkout/cancel")
CHECKOUT_LIFETIME = timedelta(minutes=integer("CHECKOUT_MINUTES", 60, min_=31, max_=1439))
CURRENCIES = tuple(
    code.lower()
    for code in texts(
        "CURRENCIES",
        "usd,eur,gbp,jpy,kwd",
        pattern="[A-Za-z]{3}",
        hint="write codes of three letters, separated by commas.",
    )
)
REFUND_DAYS = integer("REFUND_DAYS", 14)
REFUND_PROGRESS_PERCENT = integer("REFUND_PROGRESS_PERCENT", 30, max_=100)
INSTRUCTOR_SHARE_PERCENT = integer("INSTRUCTOR_SHARE_PERCENT", 70, max_=100)

# --- Events -------------------------------------------------------------------------------------------------

# For how long the events of what was done are kept (lms/events.py).
EVENT_LIFETIME = timedelta(days=integer("EVENT_DAYS", 30, min_=1))

# --- Logs ---------------------------------------------------------------------------------------------------

# What runs, in each line of the log: the version, and which build of it the image holds.
BUILD = text("BUILD", pattern=r"[\w.-]{1,64}", hint="give it a commit or a number.")
VERSION = f"{__version__}+{BUILD}" if BUILD else __version__
# Errors are reported there if it is set. OpenTelemetry has variables of its own: lms/tracing.py.
SENTRY_DSN = url("SENTRY_DSN")
LEVELS = {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"work": {"()": "lms.logs.WorkFilter"}},
    "formatters": {
        "json": {
            "()": "lms.logs.JSONLines",
            "fmt": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s",
            "rename_fields": {"asctime": "time", "levelname": "level", "name": "logger"},
            "static_fields": {"version": VERSION},
        },
        "plain": {
            "()": "lms.logs.Formatter",
            "fmt": "%(asctime)s %(levelname)-7s %(name)s [%(request_id)s] %(message)s",
        },
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["work"],
            "formatter": choice("LOG_FORMAT", "plain" if DEBUG else "json", {"plain", "json"}),
        }
    },
    "root": {"handlers": ["console"], "level": choice("LOG_LEVEL", "INFO", LEVELS)},
    # Stripe's SDK logs every call at INFO, Django every 4xx at WARNING and an unknown Host at ERROR: one line per request
    # already says all of it.
    "loggers": {
        "stripe": {"level": "WARNING"},
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}

refuse_if_wrong(conflicts(globals()))
