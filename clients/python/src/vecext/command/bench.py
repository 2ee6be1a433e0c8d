"""`vecext bench`: queries a second of an index, by the number of connections."""

from __future__ import annotations

from typing import Any

import click

from vecext.command.progress import progress
from vecext.command.session import Session
from vecext.command.tune import queries_of
from vecext.effort.clients import Rate, measure
from vecext.effort.index import check_plan, find_index


def _numbers(context: click.Context, parameter: click.Parameter, value: str) -> list[int]:
    try:
        numbers = [int(number) for number in value.replace(",", " ").split()]
    except ValueError:
        numbers = []
    if not numbers or min(numbers) < 1:
        raise click.BadParameter(f"{value} is not a list of numbers such as 1,2,4", context, parameter)
    return numbers


@click.command("bench")
@click.argument("name", metavar="INDEX")
@click.option("--queries", "path", metavar="FILE", help="Queries: one vector a row. Without it, rows of the table are asked.")
@click.option("--most", type=click.IntRange(1), metavar="N", help="At most so many queries, which are asked again and again.")
@click.option("--k", type=click.IntRange(1, 10_000), default=10, show_default=True, help="How many nearest rows a query asks for.")
@click.option("--where", metavar="CONDITION", help="The condition that queries have, as after WHERE.")
@click.option("--clients", callback=_numbers, default="1,2,4", show_default=True, metavar="N,N…", help="Numbers of connections.")
@click.option("--seconds", type=click.FloatRange(0.1), default=5.0, show_default=True, help="How long each number of connections searches.")
@click.pass_obj
def command(session: Session, /, name: str, path: str | None, most: int | None, k: int, where: str | None, clients: list[int], seconds: float) -> None:
    """Measure how many searches by INDEX many connections do in a second, each a process that waits for its answers, with the settings as they are."""
    rates: list[Rate] = []
    with session.connect(autocommit=True) as connection:
        index = find_index(connection, name, where)
        queries = queries_of(connection, index, path, most)
        check_plan(connection, index, queries.values[0], queries.limit(k))
    with progress(session, f"searching by {index.name}", unit="rounds", total=len(clients)) as shown:
        for number in clients:
            rates.append(measure(session.dsn, index, queries, k=k, clients=number, seconds=seconds))
            shown.update(len(rates))
    result: dict[str, Any] = {"index": index.name, "k": k, "queries": len(queries), "seconds": seconds, "rates": [rate.to_json() for rate in rates]}
    session.finish(result, _table(rates))


def _table(rates: list[Rate]) -> list[str]:
    """A line for each number of connections."""
    lines = [f"{'connections':>11}{'queries/s':>12}{'median ms':>12}{'p95 ms':>10}{'client':>9}"]
    lines += [f"{rate.clients:>11}{rate.queries_per_second:>12,.0f}{rate.median_ms:>12.2f}{rate.p95_ms:>10.2f}{rate.client_share:>9.0%}" for rate in rates]
    if any(rate.is_bound for rate in rates):
        lines += ["", "client processes computed for most of the time, at least once: the server can do more than these figures"]
    return lines
