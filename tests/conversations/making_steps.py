"""Going through the flow of an action step, in a conversation."""

from bot.workspace.visitor import Person


async def share_step(person: Person, words: str) -> None:
    """They choose a step from Home and let Priya see it."""
    await person.open_home()
    await person.wait_for_home("Choose an action step")
    await person.click("Choose an action step", in_home=True)
    await person.wait_for_modal("Is this about teaching")
    await choose_a_step(person, words)
    await person.wait_for_modal("Kept.")
    await person.click("Let Priya see this")
    await person.wait_for_modal("You and Priya see this.")
    await person.close()


async def choose_a_step(person: Person, words: str) -> None:
    """Every screen of the flow, one thing at a time."""
    await person.choose("Is this about teaching, or about leading?", "Teaching")
    await person.type("What do you want to be able to do?", words)
    await person.submit()
    for question, answer in (
        (
            "When it is done, would there be a next time for it?",
            "Yes, it is something I would do again and again",
        ),
        ("What would pupils learn better, if this one thing went well?", None),
        ("Could you learn it in a few weeks?", "Yes, in a few weeks"),
        ("What are its smaller stages?", None),
        ("Would it serve you with another class, or in the next unit?", "Yes, it would"),
        ("Next time, could you do it without Priya?", "Nearly"),
    ):
        await person.wait_for_modal(question)
        if answer:
            await person.choose(question, answer)
        await person.submit()
    await person.wait_for_modal("How would you put it now")
    await person.choose("Where will you practise it first?", "In the classroom")
    await person.choose("When will the first moment for it be?", "2026-09-16")
    await person.submit()
