"""Stand-ins for MongoDB, Stripe, Cloudinary and an SMTP server: nothing to install, no account anywhere."""
