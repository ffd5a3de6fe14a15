"""
The app's own user of the database, who owns nothing: it cannot alter the record or the schema.

The owner of the schema makes this user and says what it may do, at each `migrate`.
"""

from psycopg import Connection
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow
from psycopg.sql import SQL, Identifier, Literal

from dispatch.store.queries import queries

RIGHTS = queries("rights")


def make_role(connection: Connection[TupleRow], role: str, password: str | None = None) -> None:
    """Make the user unless there is one; one that is there keeps its password."""
    if connection.execute(RIGHTS["role_made"], {"role": role}).fetchone():
        return
    made = SQL("CREATE ROLE {} LOGIN").format(Identifier(role))
    if password:  # only its hash goes to the server, and into its log
        own = connection.pgconn
        hashed = own.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
        made += SQL(" PASSWORD {}").format(Literal(hashed.decode()))
    connection.execute(made)


def let(connection: Connection[TupleRow], app_dsn: str) -> None:
    """Let the user of the app's DSN, made when missing, work in this schema; no more than that."""
    said = conninfo_to_dict(app_dsn)
    role = str(said.get("user") or "")
    if not role or role == connection.info.user:
        return
    password = said.get("password")
    make_role(connection, role, str(password) if password else None)
    with connection.transaction():
        connection.execute(RIGHTS["name_role"], {"role": role})
        connection.execute(RIGHTS["let"])
