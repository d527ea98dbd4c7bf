"""Which certificate authorities Prefect's client reads when its server is on this machine, without TLS: one."""

from pathlib import Path

NAME = "one-authority.pem"
END = "-----END CERTIFICATE-----\n"


def one_authority(home: Path) -> Path:
    """A file with a single authority in this folder, made when it is not there.

    Prefect's client reads its list of authorities for every flow and task run, also where the address is plain HTTP;
    the whole world's take 15 to 40 ms each time, a quarter of all the processor's time of a day's flows. Should such
    a client ever be pointed at a server with TLS, it trusts nearly nobody: it fails, and does not go on unverified.
    """
    file = home / NAME
    if not file.exists():
        import certifi

        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        first, end, _ = Path(certifi.where()).read_text("utf-8").partition(END)
        file.write_text(first + end, "utf-8")
    return file.absolute()
