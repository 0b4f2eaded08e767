"""What can be wrong with an installation, asked by ``manage.py doctor``. Each room registers its own checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cryptography.fernet import Fernet
from django.conf import settings

from core import clock, jobs, triggers
from core.models import AuditCheck, CalendarNotice
from core.outbox.state import standing
from core.verify import tail

Check = Callable[[], Iterable[str]]

_CHECKS: dict[str, Check] = {}


def examines(what: str) -> Callable[[Check], Check]:
    """Register a check under the words the doctor prints. It yields a sentence for each thing that is wrong."""

    def keep(check: Check) -> Check:
        _CHECKS[what] = check
        return check

    return keep


def findings() -> dict[str, list[str]]:
    """Every check with what it found; an empty list is a clean one."""
    return {what: list(check()) for what, check in _CHECKS.items()}


@examines("数据库触发器")
def _triggers() -> Iterable[str]:
    for name in triggers.missing():
        yield f"缺少 {name}，运行 manage.py prepare"


@examines("法定节假日")
def _calendar() -> Iterable[str]:
    year = clock.today().year
    if not CalendarNotice.objects.filter(pk=year).exists():
        yield f"没有 {year} 年的放假安排，工作日只按星期推算；运行 manage.py prepare，或录入国务院办公厅的通知"


@examines("加密密钥")
def _keys() -> Iterable[str]:
    keys = settings.FIELD_ENCRYPTION_KEYS
    if not keys:
        yield "没有设置 FIELD_ENCRYPTION_KEYS，身份证号和电话存不下来"
    for number, key in enumerate(keys, start=1):
        try:
            Fernet(key)
        except ValueError:
            yield f"FIELD_ENCRYPTION_KEYS 的第 {number} 把不是有用的密钥"
    if not settings.IDENTIFIER_HASH_KEYS:
        yield "没有设置 IDENTIFIER_HASH_KEYS，身份证号和电话存不下来"


@examines("定时任务")
def _jobs() -> Iterable[str]:
    for each in jobs.standings():
        if each.overdue:
            yield f"{each.label}（{each.task}）过了时间没有运行，看 worker 和 beat 两个进程是否在"
        elif each.stuck:
            yield f"{each.label}（{each.task}）开始后没有结束"
        elif each.run is not None and each.run.outcome == each.run.Outcome.FAILED:
            yield f"{each.label}（{each.task}）上次出错（{each.run.error}），原因在日志里"


@examines("外发消息")
def _outbox() -> Iterable[str]:
    now = standing()
    if now.late is not None:
        minutes = int(now.late.total_seconds() // 60)
        yield f"有 {now.due} 条到时间的消息没有发，最早的晚了 {minutes} 分钟，看 worker 进程和邮件服务器"
    if now.failed:
        yield f"有 {now.failed} 条消息没有发出，系统管理员到“运行状态”里重试或放弃"


@examines("审计链")
def _chain() -> Iterable[str]:
    last = AuditCheck.objects.filter(finished_at__isnull=False).first()
    if last is not None and last.breaks:
        yield f"上次校验有 {len(last.breaks)} 处断点，第一处：{last.breaks[0]}"
    waiting, seconds = tail()
    if seconds > 600:
        yield f"{waiting} 条审计记录还没有封存，最早的 {seconds // 60} 分钟：看后台任务有没有在运行"
