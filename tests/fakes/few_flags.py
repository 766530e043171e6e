"""Sees two dangers, by one phrase each and language."""

from safety.alarm import Alarm

FLAGS = ("no puedo respirar", "can't breathe")


class FewFlags:
    """Screens as the real one does, with two rules."""

    broken = False
    """True: what goes beyond the rules fails."""
    like = ""
    """Words that are like an example of danger, though no rule has them."""

    def rules(self, text: str) -> Alarm | None:
        """Return an alarm when a phrase is in the text."""
        for phrase in FLAGS:
            if phrase in text.lower():
                return Alarm(
                    group="breathing", level="emergency", evidence=(phrase,), source="rules"
                )
        return None

    async def screen(self, text: str) -> Alarm | None:
        """Return what the rules see, and what is like an example."""
        if self.broken:
            raise RuntimeError("A defect.")
        if self.like and self.like in text:
            return Alarm(
                group="occlusion", level="emergency", evidence=(self.like,), source="examples"
            )
        return self.rules(text)
