"""What a company can do with voice and photos, and how much of it was done."""

from datetime import timedelta

from jobs.photos import Photos
from jobs.voice_notes import VoiceNotes
from tenants.tenant import Tenant
from tenants.usage import Counts, Usage


class MediaAbilities:
    """Tells staff what their patients may send and hear."""

    def __init__(self, voice_notes: VoiceNotes, photos: Photos, usage: Usage) -> None:
        """Take who listens, who looks, and who counts."""
        self._voice_notes = voice_notes
        self._photos = photos
        self._usage = usage

    def of(self, tenant: Tenant) -> dict[str, object]:
        """Return what is wanted, what is possible, by which models and within which limits."""
        rules = tenant.media
        heard, seen = self._voice_notes.ability(tenant), self._photos.ability(tenant)
        speaks = rules.voice and rules.spoken_answers != "never"
        return {
            "voice_enabled": rules.voice,
            "image_enabled": rules.images,
            "tts_enabled": speaks,
            "whisper_available": heard == "read",
            "vision_available": seen == "read",
            "voice_available": heard == "read",
            "image_available": seen == "read",
            "speech_available": speaks and heard == "read",
            "whisper_model": rules.whisper_model,
            "vision_model": rules.vision_model,
            "tts_model": rules.tts_model,
            "tts_voice": rules.tts_voice,
            "spoken_answers": rules.spoken_answers,
            "voice_reason": heard,
            "image_reason": seen,
            "limits": {
                "audio_megabytes": rules.max_audio_megabytes,
                "audio_minutes": rules.max_audio_minutes,
                "image_megabytes": rules.max_image_megabytes,
                "file_megabytes": rules.max_file_megabytes,
                "spoken_characters": rules.max_spoken_characters,
            },
            "image_formats": ["jpeg", "png", "webp", "gif"],
            "audio_formats": ["ogg", "m4a", "mp3", "wav", "webm"],
            "originals_kept": False,
        }

    async def counted(self, tenant: Tenant, period: timedelta) -> dict[str, object]:
        """Return what was done in the last days, today included; raises RedisError."""
        company = tenant.company_id
        await self._usage.flush(company)
        last = self._usage.today(company)
        first = last - period + timedelta(days=1)
        days = await self._usage.between(company, first, last)
        total: dict[str, int] = {}
        for counts in days.values():
            for name, count in counts.items():
                total[name] = total.get(name, 0) + count
        heard, seen = total.get("voice_notes_heard", 0), total.get("photos_seen", 0)
        return {
            "company_id": company,
            "from": first.isoformat(),
            "to": last.isoformat(),
            "voice_messages_processed": heard + total.get("voice_notes_failed", 0),
            "total_transcriptions": heard,
            "images_analyzed": seen,
            "images_failed": total.get("photos_failed", 0),
            "spoken_answers": total.get("spoken_answers", 0),
            "spoken_failed": total.get("spoken_failed", 0),
            "audio_seconds": _sum_of(total, "audio_seconds"),
            "speech_characters": _sum_of(total, "speech_characters"),
            "avg_transcription_time": _mean(total.get("voice_notes_milliseconds", 0), heard),
            "avg_analysis_time": _mean(total.get("photos_milliseconds", 0), seen),
        }


def _sum_of(total: Counts, name: str) -> int:
    return sum(n for field, n in total.items() if field == name or field.startswith(f"{name}:"))


def _mean(milliseconds: int, count: int) -> str | None:
    return f"{milliseconds / count / 1000:.1f}s" if count else None
