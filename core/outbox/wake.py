"""Waking a worker after a commit. A page never waits for the broker and never fails because of it."""

from __future__ import annotations

import logging
import threading

from celery import current_app

logger = logging.getLogger(__name__)


class _Waker:
    """Sends one wake-up at a time from a thread of its own; those asked for meanwhile become one more.

    A lost wake-up costs at most a minute: beat asks for the same job.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted: set[str] = set()
        self._running = False

    def __call__(self, task: str) -> None:
        with self._lock:
            self._wanted.add(task)
            if self._running:
                return
            self._running = True
        threading.Thread(target=self._run, name="outbox-wake", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._wanted:
                    self._running = False
                    return
                task = self._wanted.pop()
            try:
                # The app of the process: a thread of its own would get Celery's default otherwise.
                current_app.send_task(task, retry=False, ignore_result=True)
            except Exception as error:
                logger.warning("no worker could be woken (%s); the next sweep sends", type(error).__name__)


wake = _Waker()
