import os

import psycopg
from psycopg.types.json import Jsonb


def place(connection: psycopg.Connection, order: dict) -> str:
    with connection.transaction():
        connection.execute("insert into orders (id, total) values (%(id)s, %(total)s)", order)
        row = connection.execute(
            "select holdfast.submit(definition => 'order', input => %s, key => %s)",
            (Jsonb(order), f"order-{order['id']}"),
        ).fetchone()
    return row[0]


with psycopg.connect(os.environ["SHOP_DATABASE"]) as connection:
    print(place(connection, {"id": "python", "total": 12}))
    try:
        place(connection, {"id": "python-2", "total": -1})
    except psycopg.errors.CheckViolation:
        print("refused")
