"""Kill workers and Redis at random while mails are sent: `python -m proof.queue`.

A thousand tasks that send a mail each are queued. Two workers run them, beside a real `redis-server` (appendonly) that holds the limits.
Fifteen times, at random, a worker or Redis is killed (SIGKILL) and started again. In the end no task may be left or have failed, each mail must
have arrived, and none more than twice.
"""

import argparse
import asyncio
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.processes import ROOT, Part, free_port

LEASE = timedelta(seconds=3)
"""Shorter than in production, so that what a killed worker held is due again soon."""

WORKER = [sys.executable, "-m", "proof.queue", "--worker"]
"""The command that starts a worker with this lease."""

PAUSE_SECONDS = (1.0, 4.0)
"""Between two kills. A worker needs one or two seconds to start."""

MAX_SECONDS = 300


class Mailbox:
    """An SMTP server in this process that counts the mails to each address."""

    def __init__(self) -> None:
        self.port = free_port()
        self.received: Counter[str] = Counter()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.serve, daemon=True).start()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Count a mail; aiosmtpd calls this by its name."""
        self.received.update(envelope.rcpt_tos)
        return "250 OK"

    def serve(self) -> None:
        asyncio.set_event_loop(self.loop)
        server = self.loop.create_server(
            lambda: SMTP(self, hostname="proof", loop=self.loop), "127.0.0.1", self.port
        )
        self.loop.run_until_complete(server)
        self.loop.run_forever()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m proof.queue", description=__doc__)
    parser.add_argument("--tasks", type=int, default=1000)
    parser.add_argument("--kills", type=int, default=15)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.worker:
        return work()
    if not shutil.which("redis-server"):
        sys.stdout.write("redis-server is missing: apt-get install redis-server\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        return prove(options, Path(folder))


def work() -> int:
    """Be a worker, with the short lease."""
    import django

    django.setup()
    from django.core.management import call_command

    from lms.tasks import queue

    queue.LEASE = LEASE
    call_command("worker")
    return 0


def prove(options: argparse.Namespace, folder: Path) -> int:
    """Queue tasks, kill at random, wait until all are done, and count; return the exit status."""
    size, seed, chance = options.tasks, options.seed, random.Random(options.seed)
    mailbox, redis_port = Mailbox(), free_port()
    set_up(mailbox.port, redis_port)
    from accounts.tasks import send_message
    from lms.models import QueuedTask

    addresses = [f"person{number}@example.test" for number in range(size)]
    for address in addresses:
        send_message.enqueue(address, "News", "It rains.")
    begun, kills = time.monotonic(), Counter[str]()
    redis = ["redis-server", "--port", str(redis_port), "--appendonly", "yes", "--dir", str(folder)]
    env = os.environ | {"TMPDIR": str(folder)}
    parts = [Part("redis", redis, env, folder / "redis.log")]
    parts += [Part("worker", WORKER, env, folder / f"worker{number}.log") for number in (1, 2)]
    ended = (QueuedTask.Status.DONE, QueuedTask.Status.FAILED)
    try:
        while QueuedTask.objects.exclude(status__in=ended).exists():
            if time.monotonic() - begun > MAX_SECONDS:
                break
            time.sleep(chance.uniform(*PAUSE_SECONDS))
            if kills.total() == options.kills:
                continue
            unlucky = chance.choice(parts)
            unlucky.kill()
            kills[unlucky.name] += 1
            unlucky.start()
    finally:
        for part in parts:
            part.kill()
    done = QueuedTask.objects.filter(status=QueuedTask.Status.DONE).count()
    times = Counter(mailbox.received[address] for address in addresses)
    sys.stdout.write(
        f"{size} tasks, {done} done; workers killed {kills['worker']} times, Redis {kills['redis']} times; mails that arrived "
        f"once {times[1]}, twice {times[2]}, never {times[0]}; in {time.monotonic() - begun:.0f} s (--seed {seed})\n"
    )
    return 0 if done == size and times[1] + times[2] == size else 1


def set_up(smtp_port: int, redis_port: int) -> None:
    """Start the embedded MongoDB, and create the collections; environment variables name all servers."""
    from sandbox.mongo import lease

    os.environ |= {
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "MONGODB_URI": lease.temporary(),
        "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
        "EMAIL_PORT": str(smtp_port),
        "LOG_LEVEL": "WARNING",
    }
    migrate = [sys.executable, "manage.py", "migrate", "-v", "0"]
    subprocess.run(migrate, cwd=ROOT, check=True)
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main())
