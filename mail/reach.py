"""Whether a mail server can be used: connection, certificate, sign-in; nothing is sent."""

import ssl

import aiosmtplib

from mail.smtp import SmtpServer

PATIENCE = 10.0


async def reach(server: SmtpServer) -> str:
    """Connect and sign in, then say goodbye: what is wrong, in a sentence, or nothing."""
    context = ssl.create_default_context(cafile=str(server.ca_file) if server.ca_file else None)
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        timeout=PATIENCE,
        use_tls=server.scheme == "smtps",
        start_tls=server.scheme == "smtp+starttls",
        tls_context=None if server.scheme == "smtp" else context,
    )
    try:
        await client.connect()
        if server.user:
            await client.login(server.user, server.password)
        await client.quit()
    except aiosmtplib.SMTPAuthenticationError:
        return "it refuses our name or password: set them in SIB_SMTP_URL."
    except (ssl.SSLError, aiosmtplib.SMTPException, OSError) as error:
        client.close()
        said = " ".join(str(error).split()) or type(error).__name__
        if "certificate" in said.lower():
            return f"its certificate does not hold: {said}."
        return f"it cannot be reached: {said}."
    return ""
