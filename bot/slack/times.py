"""Days, times and numbers as British people write them."""

from datetime import date, datetime, time, timedelta

MONTHS = tuple(date(2000, month, 1).strftime("%B") for month in range(1, 13))
DAYS = tuple(date(2000, 5, day).strftime("%A") for day in range(1, 8))

SMALL = (
    "none",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)


def count(number: int) -> str:
    """A number in a sentence: in words up to twelve."""
    return SMALL[number] if number < len(SMALL) else str(number)


def day_month(day: date) -> str:
    """A date without its year: 24 September."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def weekday_month(day: date) -> str:
    """A date with its weekday: Friday 25 September."""
    return f"{DAYS[day.weekday()]} {day_month(day)}"


def at_time(moment: datetime | time) -> str:
    """A local moment's time of day: 15:40."""
    return f"{moment.hour}:{moment.minute:02}"


def when(moment: datetime, today: date) -> str:
    """A local moment to come, as one would say it today: at 15:40, on Tuesday at 8:10, on 2 November at 8:10."""
    if moment.date() == today:
        return f"at {at_time(moment)}"
    near = moment.date() - today < timedelta(days=7)
    return f"on {DAYS[moment.weekday()] if near else day_month(moment.date())} at {at_time(moment)}"
