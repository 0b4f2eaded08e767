"""What went wrong while sending, as a sentence an administrator can act on; never an address, never a secret."""

from __future__ import annotations

import smtplib
import socket
import ssl


class Undelivered(Exception):
    """It did not go out. ``final``: another try would change nothing; ``way``: the way out itself is blocked."""

    def __init__(self, sentence: str, *, final: bool = False, way: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.final = final
        self.way = way


def of_mail(error: Exception) -> Undelivered:
    """The sentence for an error of the mail server's. Its own text may hold addresses, so only its code is kept."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return Undelivered(f"邮件服务器不认账号或密码（{error.smtp_code}）", way=True)
        case smtplib.SMTPRecipientsRefused():
            code = next((code for code, _ in error.recipients.values()), 0)
            return Undelivered(f"对方邮件服务器不收这个地址（{code}）", final=code >= 500)
        case smtplib.SMTPSenderRefused():
            return Undelivered(f"邮件服务器不收这个发件人（{error.smtp_code}）", way=True)
        case smtplib.SMTPServerDisconnected():
            return Undelivered("邮件服务器中途断开", way=True)
        case smtplib.SMTPResponseException():
            return Undelivered(f"邮件服务器没有收下（{error.smtp_code}）", final=error.smtp_code >= 550)
        case ssl.SSLError():
            return Undelivered("和邮件服务器的加密连接没有建立", way=True)
        case TimeoutError():
            return Undelivered("邮件服务器没有应答", way=True)
        case socket.gaierror():
            return Undelivered("找不到邮件服务器的地址", way=True)
        case ConnectionError():
            return Undelivered("邮件服务器连不上", way=True)
        case OSError() | smtplib.SMTPException():
            return Undelivered(f"邮件没有发出（{type(error).__name__}）", way=True)
    return Undelivered(f"邮件没有发出（{type(error).__name__}）")
