"""What a company wants done with voice notes, photos and files, and when it answers aloud."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SpokenAnswers = Literal["mirror", "always", "never"]
ModelName = Annotated[str, Field(min_length=1, max_length=100)]


class MediaRules(BaseModel):
    """Which media are read, by which models, up to which size; and when answers are spoken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voice: bool = True
    """False: voice notes are not listened to, and the patient is told so."""
    images: bool = True
    """False: photos are not looked at, and the patient is told so."""
    whisper_model: ModelName = "whisper-1"
    vision_model: ModelName = "gpt-4.1-mini"
    tts_model: ModelName = "gpt-4o-mini-tts"
    tts_voice: ModelName = "alloy"
    spoken_answers: SpokenAnswers = "never"
    """`mirror` speaks to whoever spoke; a spoken answer is never the only carrier of a date or price."""
    max_audio_megabytes: Annotated[int, Field(ge=1, le=25)] = 16
    max_audio_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    max_image_megabytes: Annotated[int, Field(ge=1, le=25)] = 10
    max_file_megabytes: Annotated[int, Field(ge=1, le=25)] = 10
    max_spoken_characters: Annotated[int, Field(ge=50, le=4000)] = 600
    """A longer answer is written."""
