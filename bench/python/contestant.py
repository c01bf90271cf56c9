"""SQLAlchemy as a contestant: `contestant.py FACE WORK URL ROWS`, and then a number of times on each line of its input.

It answers `done` when it has done its work that often. Blocking faces only: under asyncio each call costs more.
"""

import sys

from sqlalchemy import bindparam, create_engine, event, select, text, update
from sqlalchemy import BigInteger, DateTime, Float, Integer, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker


class Base(DeclarativeBase):
    pass


class UserColumns:
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    note: Mapped[str | None] = mapped_column(Text)
    age: Mapped[int] = mapped_column(Integer)
    score: Mapped[float] = mapped_column(Float)
    created = mapped_column(DateTime)


class User(UserColumns, Base):
    __tablename__ = "users"


class ManyUser(UserColumns, Base):
    __tablename__ = "many_users"


class Person(Base):
    __tablename__ = "people"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    hair_color: Mapped[str | None] = mapped_column(String(100))


COLUMNS = ["id", "name", "note", "age", "score", "created"]


def key(n):
    """Keys in an order that no cache line likes."""
    return n * 7919 % 10_000 + 1


class Core:
    """Tables and connections."""

    def __init__(self, engine):
        self.engine = engine
        self.held = None
        self.users = User.__table__
        self.by_key = select(self.users).where(self.users.c.id == bindparam("id"))

    def connection(self):
        if self.held is None:
            self.held = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        return self.held

    def select(self, n):
        self.connection().execute(self.by_key, {"id": key(n)}).one()

    def unit(self, n):
        with self.engine.begin() as connection:
            found = connection.execute(self.by_key, {"id": key(n)}).one()
            users = self.users
            connection.execute(update(users).where(users.c.id == key(n)).values(age=(found.age + 1) % 90))

    def checkout(self, n):
        with self.engine.connect() as connection:
            connection.execute(self.by_key, {"id": key(n)}).one()

    def stream(self, _):
        with self.engine.connect() as connection:
            rows = connection.execution_options(yield_per=1000).execute(select(ManyUser.__table__))
            return sum(1 for _ in rows)

    def all(self, _):
        with self.engine.connect() as connection:
            return len(connection.execute(select(ManyUser.__table__)).all())

    def rows(self, _):
        rows = self.connection().execute(select(self.users)).mappings().all()
        for row in rows:
            tuple(row[name] for name in COLUMNS)
        return len(rows)

    def trivial(self, _):
        return len(self.connection().execute(select(Person.__table__)).all())


class Orm:
    """Mapped classes and sessions."""

    def __init__(self, engine):
        self.engine = engine
        self.maker = sessionmaker(engine)
        self.held = None

    def session(self):
        if self.held is None:
            self.held = Session(self.engine.execution_options(isolation_level="AUTOCOMMIT"))
        return self.held

    def select(self, n):
        session = self.session()
        session.get_one(User, key(n))
        # Without this the identity map would answer the next time.
        session.expunge_all()

    def unit(self, n):
        with self.maker.begin() as session:
            user = session.get_one(User, key(n))
            user.age = (user.age + 1) % 90

    def checkout(self, n):
        with self.maker() as session:
            session.get_one(User, key(n))

    def flush(self, n):
        with self.maker.begin() as session:
            keys = [key(n * 31 + at) for at in range(20)]
            session.execute(update(User), [{"id": id, "age": at} for at, id in enumerate(keys)])

    def stream(self, _):
        with self.maker() as session:
            rows = session.scalars(select(ManyUser).execution_options(yield_per=1000))
            return sum(1 for _ in rows)

    def all(self, _):
        with self.maker() as session:
            return len(session.scalars(select(ManyUser)).all())

    def trivial(self, _):
        with self.maker() as session:
            return len(session.scalars(select(Person)).all())


def new_engine(url):
    engine = create_engine(url, pool_size=8, max_overflow=0)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def prepare(connection, _):
            connection.execute("pragma synchronous = normal")

    return engine


def connect(url):
    engine = new_engine(url)
    with engine.connect() as connection:
        connection.execute(text("select 1")).scalar_one()
    engine.dispose()


def main():
    face, work, url, large = sys.argv[1:]
    work, _, rows = work.partition(" ")
    wanted = int(rows or large)
    if work == "connect":
        once = lambda _: connect(url)  # noqa: E731
    else:
        once = getattr({"core": Core, "orm": Orm}[face](new_engine(url)), work)
    for line in sys.stdin:
        for n in range(int(line)):
            found = once(n)
            if found is not None and found != wanted:
                sys.exit(f"{found} rows instead of {wanted}")
        print("done", flush=True)


if __name__ == "__main__":
    main()
