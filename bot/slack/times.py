"""Days, times and numbers as British people write them."""

from datetime import date, datetime

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


def at_time(moment: datetime) -> str:
    """A local moment's time of day: 15:40."""
    return f"{moment.hour}:{moment.minute:02}"


def weekday_at(moment: datetime) -> str:
    """A local moment within the week: Tuesday 15:40."""
    return f"{DAYS[moment.weekday()]} {at_time(moment)}"
