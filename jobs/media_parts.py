"""Voice, photos and files in one process: what listens, looks, reads and speaks."""

from collections.abc import Collection
from dataclasses import dataclass

from jobs.attachments import Attachments
from jobs.ground import Ground
from jobs.patient_files import PatientFiles
from jobs.photos import Photos
from jobs.spoken_answers import Voice
from jobs.voice_notes import VoiceNotes
from tenants.budget import Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaParts:
    """What listens, looks, reads and speaks."""

    voice: Voice
    photos: Photos
    voice_notes: VoiceNotes
    patient_files: PatientFiles
    attachments: Attachments


async def open_media(ground: Ground, budget: Budget, *, hosts: Collection[str]) -> MediaParts:
    """Make what patients' files are read by, and open what fetches them."""
    redis, http, screen = ground.redis, ground.models_http, ground.shipped.red_flags
    photos = Photos(redis, http=http, screen=screen, budget=budget, clock=ground.clock)
    voice_notes = VoiceNotes(redis, http=http, screen=screen, budget=budget, clock=ground.clock)
    files = PatientFiles(screen)
    return MediaParts(
        voice=Voice(redis, http=http, budget=budget, clock=ground.clock),
        photos=photos,
        voice_notes=voice_notes,
        patient_files=files,
        attachments=Attachments(
            await ground.fetching(hosts), voice=voice_notes, photos=photos, files=files, hosts=hosts
        ),
    )
