"""Time passing with the company in it: what is due at its moment, and everybody's turns at theirs."""

from collections.abc import AsyncIterator
from datetime import datetime

from bot import clock
from bot.demo.company import Company


async def pass_until(company: Company, until: datetime) -> AsyncIterator[datetime]:
    """It becomes `until`. Yields each moment on the way at which something fell due or somebody did something."""
    clockwork = company.stage.clockwork
    while clock.now() < until:
        if company.next_at > until:
            async for moment in clockwork.pass_until(until):
                yield moment
            continue
        if company.nothing_to_do and not await clockwork.anything_due(company.next_at):
            # Nobody notices somebody who looks at their phone and puts it away again.
            await company.take_turn()
            continue
        async for moment in clockwork.pass_until(company.next_at):
            yield moment
        await company.take_turn()
        yield clock.now()
    await catch_up(company)


async def catch_up(company: Company) -> None:
    """Everybody whose moment has come has had their turn. Time passes by itself, too."""
    while company.next_at <= clock.now():
        await company.take_turn()
