"""A mail server that is not the bot's own: aiosmtpd, which keeps each mail it takes as a file.

python server.py FOLDER plain|starttls    prints its port, and answers on 127.0.0.1 until it is killed
"""

import asyncio
import logging
import pathlib
import ssl
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

# In clear on loopback, and signed in all the same: that is meant so.
warnings.simplefilter("ignore")
logging.disable(logging.WARNING)

HERE = pathlib.Path(__file__).parent
FOLDER = pathlib.Path(sys.argv[1])
STARTTLS = sys.argv[2] == "starttls"


class Keeper:
    taken = 0

    async def handle_DATA(self, server, session, envelope):
        self.taken += 1
        part = FOLDER / f"{self.taken}.part"
        text = f"X-To: {','.join(envelope.rcpt_tos)}\r\n".encode() + envelope.original_content
        part.write_bytes(text)
        part.rename(FOLDER / f"{self.taken}.eml")
        return "250 taken"


def signs_in(server, session, envelope, mechanism, given):
    return AuthResult(success=(given.login, given.password) == (b"bot", b"open-sesame"))


async def main():
    context = None
    if STARTTLS:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(HERE / "server.pem", HERE / "server.key")
    keeper = Keeper()

    def dialogue():
        return SMTP(
            keeper,
            hostname="localhost",
            tls_context=context,
            require_starttls=STARTTLS,
            authenticator=signs_in,
            auth_required=True,
            auth_require_tls=STARTTLS,
        )

    server = await asyncio.get_running_loop().create_server(dialogue, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
