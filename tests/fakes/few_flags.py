"""Sees one emergency and three urgent dangers, by a phrase or two each."""

from safety.alarm import Alarm, Group, Level

FLAGS: dict[str, tuple[Group, Level]] = {
    "no puedo respirar": ("breathing", "emergency"),
    "can't breathe": ("breathing", "emergency"),
    "la muela, no aguanto": ("toothache", "urgent"),
    "pus de los puntos": ("infection", "urgent"),
    "no puedo abrir la boca": ("airway", "urgent"),
}


class FewFlags:
    """Screens as the real one does, with a few rules."""

    broken = False
    """True: what goes beyond the rules fails."""
    like = ""
    """Words that are like an example of danger, though no rule has them."""

    def rules(self, text: str) -> Alarm | None:
        """Return an alarm when a phrase is in the text."""
        for phrase, (group, level) in FLAGS.items():
            if phrase in text.lower():
                return Alarm(group=group, level=level, evidence=(phrase,), source="rules")
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
