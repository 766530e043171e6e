"""Every Redis key, index name and thread id: no other file spells one.

A company's keys begin with its id, so no two companies can share one. What belongs to the
deployment begins with `clinicdesk:`, a name no company may take.
"""

from uuid import NAMESPACE_URL, uuid5

from tenants.ids import CompanyId, ConversationId, ThreadId, TurnId, UserId

DEPLOYMENT = "clinicdesk"
QUEUE = "clinicdesk"
RESERVED = frozenset({DEPLOYMENT, "saq"})
SESSION, SESSIONS = f"{DEPLOYMENT}:session:", f"{DEPLOYMENT}:sessions:"
PASSING = ("saq:", f"{DEPLOYMENT}:limits", SESSION, SESSIONS)
"""Beginnings of what lives for moments: wake-ups, windows, who is signed in. No backup needs them."""

THREADS = uuid5(NAMESPACE_URL, "clinicdesk/threads")
BRANCHES = uuid5(NAMESPACE_URL, "clinicdesk/branches")


def thread_id(company: CompanyId, user: UserId) -> ThreadId:
    """Return the LangGraph thread of a patient: a UUID, because Studio takes nothing else."""
    return ThreadId(str(uuid5(THREADS, f"{company}/{user}")))


def company_prefix(company: CompanyId) -> str:
    """Begin every key of one company, and none of another."""
    return f"{company}:"


def company_pattern(company: CompanyId) -> str:
    """Match every key of one company, for deletion and for proofs that nothing is left."""
    return f"{company}:*"


def health_probe() -> str:
    """Hold what is written to see whether Redis takes writes."""
    return f"{DEPLOYMENT}:health"


# What a thread is made of.


def checkpoint_prefix(company: CompanyId) -> str:
    """Prefix of the company's checkpoints, and the name of nothing else."""
    return f"{company}:checkpoint"


def checkpoint_write_prefix(company: CompanyId) -> str:
    """Prefix of the writes that wait for the next checkpoint."""
    return f"{company}:checkpoint_write"


def checkpoints(company: CompanyId, thread: ThreadId) -> str:
    """Hold every checkpoint of a thread and what is known of each: one hash, so one life."""
    return f"{checkpoint_prefix(company)}:{thread}"


def checkpoint_ids(company: CompanyId, thread: ThreadId) -> str:
    """Index a thread's checkpoints: a sorted set, in the order of their ids."""
    return f"{company}:checkpoint_ids:{thread}"


def checkpoint_writes(company: CompanyId, thread: ThreadId) -> str:
    """Hold the writes that wait for each checkpoint of a thread: one hash."""
    return f"{checkpoint_write_prefix(company)}:{thread}"


def checkpoint_branches(company: CompanyId, thread: ThreadId) -> str:
    """Name the threads that began as branches of a thread, to end with it: a set."""
    return f"{company}:checkpoint_branches:{thread}"


def branch_thread(company: CompanyId, user: UserId, branch: str) -> ThreadId:
    """Return the thread on which a patient's past is rehearsed: never the patient's own."""
    return ThreadId(str(uuid5(BRANCHES, f"{company}/{user}/{branch}")))


def thread_company(thread: ThreadId) -> str:
    """Say which company a thread belongs to: Studio knows the thread only."""
    return f"{DEPLOYMENT}:thread:{thread}"


def conversation(company: CompanyId, user: UserId) -> str:
    """Hold a patient's transcript: a list of JSON lines, oldest first."""
    return f"{company}:conversation:{user}"


def conversations(company: CompanyId) -> str:
    """Index the company's patients by the time of their last message: a sorted set of user ids."""
    return f"{company}:conversations"


# The inbox.


def seen(company: CompanyId, event: str, message: int, detail: str = "") -> str:
    """Mark a webhook event as taken."""
    return f"{company}:seen:{event}:{message}{':' + detail if detail else ''}"


def mailbox(company: CompanyId, user: UserId) -> str:
    """Hold what a patient wrote and nobody answered yet: a sorted set scored by message id."""
    return f"{company}:mailbox:{user}"


def waiting_mailboxes() -> str:
    """List every mailbox with something in it, by the time when it is due (again)."""
    return f"{DEPLOYMENT}:mailboxes"


def mailbox_member(company: CompanyId, user: UserId) -> str:
    """Name a mailbox in `waiting_mailboxes`; `mailbox_owner` reads it back."""
    return f"{company}:{user}"


def mailbox_owner(member: str) -> tuple[CompanyId, UserId]:
    """Return whose mailbox a member of `waiting_mailboxes` names: no company id has a colon."""
    company, _, user = member.partition(":")
    return CompanyId(company), UserId(user)


def parked_member(company: CompanyId, user: UserId, turn_id: TurnId) -> str:
    """Name one piece of parked work in `parked`; `parked_owner` reads it back."""
    return f"{company}:{user}:{turn_id}"


def parked_owner(member: str) -> tuple[CompanyId, UserId, TurnId]:
    """Return whose work a member of `parked` names; raises ValueError for another text."""
    company, rest = member.split(":", 1)
    user, turn_id = rest.rsplit(":", 1)
    return CompanyId(company), UserId(user), TurnId(turn_id)


def turn(company: CompanyId, user: UserId) -> str:
    """Hold the turns in hand by conversation, so that a crash can be finished and not repeated."""
    return f"{company}:turn:{user}"


def thread_lock(company: CompanyId, user: UserId) -> str:
    """Lock a thread: two turns at once would lose messages."""
    return f"{company}:lock:{user}"


def bot_status(company: CompanyId, conversation_id: ConversationId) -> str:
    """Say whether the bot may speak in a conversation, and who silenced it."""
    return f"{company}:bot_status:{conversation_id}"


def ownership(company: CompanyId, conversation_id: ConversationId) -> str:
    """Hold the last status and assignee that Chatwoot told us."""
    return f"{company}:ownership:{conversation_id}"


def emergency(company: CompanyId, user: UserId) -> str:
    """Mark a patient whose emergency no human has closed yet."""
    return f"{company}:emergency:{user}"


def waiting_room(company: CompanyId) -> str:
    """Order the patients who wait for a person by the moment since when: a sorted set."""
    return f"{company}:waiting_room"


def waiting_reasons(company: CompanyId) -> str:
    """Tell why each of them waits: a hash by patient."""
    return f"{company}:waiting_reasons"


def card(company: CompanyId, user: UserId) -> str:
    """Hold where a patient last wrote: conversation, channel, name; a hash."""
    return f"{company}:card:{user}"


def page(company: CompanyId, user: UserId) -> str:
    """Hold how far the clinic's people are paged for a patient, until somebody answers: a hash."""
    return f"{company}:page:{user}"


def pages(company: CompanyId) -> str:
    """Index the company's pages by when they began: a sorted set of user ids."""
    return f"{company}:pages"


def due_pages() -> str:
    """List every page with something to do, by the time when it is due; members as in `mailbox_member`."""
    return f"{DEPLOYMENT}:pages"


def page_owner(page_id: str) -> str:
    """Say whose page an id names, as in `mailbox_member`: a link knows the id only."""
    return f"{DEPLOYMENT}:page:{page_id}"


def page_results(company: CompanyId) -> str:
    """Hold how each way of paging went the last time: a hash of JSON by way."""
    return f"{company}:page_results"


def sent(company: CompanyId, turn_id: TurnId) -> str:
    """Hold the reply keys of a turn that Chatwoot is known to have: a set."""
    return f"{company}:sent:{turn_id}"


def parked() -> str:
    """Index work that waits for a person: a sorted set by time."""
    return f"{DEPLOYMENT}:parked"


def parked_work(company: CompanyId, user: UserId) -> str:
    """Hold one patient's parked work with its reason."""
    return f"{company}:parked:{user}"


# Knowledge.


def document(company: CompanyId, document_id: str) -> str:
    """Hold a document's metadata, original text and chunks."""
    return f"{company}:document:{document_id}"


def documents(company: CompanyId) -> str:
    """Index the company's documents by time of upload."""
    return f"{company}:documents"


def chunk_prefix(company: CompanyId) -> str:
    """Prefix of the hashes that the search index covers."""
    return f"{company}:chunk:"


def chunk(company: CompanyId, chunk_id: str) -> str:
    """Hold one chunk as the search index reads it: text, folded text, tags and vector."""
    return f"{chunk_prefix(company)}{chunk_id}"


def chunk_index(company: CompanyId) -> str:
    """Name the company's search index."""
    return f"{company}_documents"


def chunk_index_beside(company: CompanyId) -> str:
    """Name the index that is made beside the other when model or shape change."""
    return f"{company}_documents_beside"


def serving_index(company: CompanyId) -> str:
    """Say which index answers, and which model's vectors it has: JSON."""
    return f"{company}:serving_index"


def embedding(company: CompanyId, digest: str) -> str:
    """Hold a vector that was paid for, by what it was made of and by which model."""
    return f"{company}:embedding:{digest}"


def embedding_away(company: CompanyId) -> str:
    """Say for a while why questions are not embedded: searches go by words."""
    return f"{company}:embedding_away"


def documents_to_serve(company: CompanyId) -> str:
    """Hold the documents that came while another model's index is made: a set of ids."""
    return f"{company}:documents_to_serve"


def original(company: CompanyId, document_id: str) -> str:
    """Hold the file that a document was read from, in pieces: one hash."""
    return f"{company}:original:{document_id}"


def upload(company: CompanyId, document_id: str) -> str:
    """Hold a file that is not a document yet, or will replace one: what it is, its pieces, how far it is."""
    return f"{company}:upload:{document_id}"


def upload_vectors(company: CompanyId, document_id: str) -> str:
    """Hold the vectors that are ready for a replacement, by the chunk's digest: one hash."""
    return f"{company}:upload_vectors:{document_id}"


def uploads(company: CompanyId) -> str:
    """Index the company's uploads that are not finished by time: a sorted set of document ids."""
    return f"{company}:uploads"


def failed_uploads(company: CompanyId) -> str:
    """Index the company's uploads that failed lately by time: a sorted set of document ids."""
    return f"{company}:failed_uploads"


def site_run(company: CompanyId, run: str) -> str:
    """Hold the addresses that one reading of a site has come to: a set."""
    return f"{company}:site_run:{run}"


def site_texts(company: CompanyId, run: str) -> str:
    """Map digests of the texts that one reading of a site has found to documents: a hash."""
    return f"{company}:site_texts:{run}"


def site_asked(company: CompanyId, host: str) -> str:
    """Mark that a page was just asked of a host: the next one waits."""
    return f"{company}:site_asked:{uuid5(NAMESPACE_URL, host)}"


def documents_to_embed(company: CompanyId) -> str:
    """Index the documents with chunks that have no vector yet, by time: a sorted set."""
    return f"{company}:documents_to_embed"


def knowledge_totals(company: CompanyId) -> str:
    """Count chunks, vectors and bytes of all documents, written with each of them: one hash."""
    return f"{company}:knowledge_totals"


def knowledge_work() -> str:
    """List the companies whose documents have work to be done, by the time when it is due."""
    return f"{DEPLOYMENT}:knowledge_work"


def knowledge_lock(company: CompanyId) -> str:
    """Lock the work on a company's documents: two at once would embed twice."""
    return f"{company}:knowledge_lock"


def document_changes(company: CompanyId, document_id: str) -> str:
    """Hold who changed a document, when and to what: a list of JSON, oldest first; outlives it."""
    return f"{company}:document_changes:{document_id}"


def knowledge_changes(company: CompanyId) -> str:
    """Hold the latest changes of all documents: a list of JSON, oldest first."""
    return f"{company}:knowledge_changes"


def knowledge_gaps(company: CompanyId) -> str:
    """Count the questions to which nothing was found: a sorted set of what was asked, folded."""
    return f"{company}:knowledge_gaps"


def knowledge_gap_facts(company: CompanyId) -> str:
    """Hold of each such question its wording and its last time: a hash of JSON."""
    return f"{company}:knowledge_gap_facts"


def asked_gaps(company: CompanyId, user: UserId) -> str:
    """Name the questions without an answer that a patient asked: a set, by which erasing finds them."""
    return f"{company}:asked_gaps:{user}"


def open_question(company: CompanyId, user: UserId) -> str:
    """Hold what a patient asked and no document answered, until a person does."""
    return f"{company}:open_question:{user}"


def knowledge_proposals(company: CompanyId) -> str:
    """Hold answers that wait to become documents: a hash of JSON."""
    return f"{company}:knowledge_proposals"


def shipped_documents(company: CompanyId) -> str:
    """Map each shipped document that was loaded to the digest it had then."""
    return f"{company}:shipped_documents"


def documents_loaded() -> str:
    """Mark that documents were loaded: an emptied Redis lacks it."""
    return f"{DEPLOYMENT}:documents_loaded"


def vectorstore_health(company: CompanyId) -> str:
    """Hold what was last seen of the company's index."""
    return f"{company}:vectorstore_health:status"


# The agenda.


def holds(company: CompanyId) -> str:
    """Hold every time that is kept for a patient who has not confirmed yet, by user id."""
    return f"{company}:holds"


def issued_slot(company: CompanyId, slot_id: str) -> str:
    """Remember a slot that was offered, so that only an offered slot can be booked."""
    return f"{company}:slot:{slot_id}"


def appointment(company: CompanyId, appointment_id: str) -> str:
    """Hold one appointment as JSON."""
    return f"{company}:appointment:{appointment_id}"


def appointments(company: CompanyId) -> str:
    """Index the company's appointments by start."""
    return f"{company}:appointments"


def user_appointments(company: CompanyId, user: UserId) -> str:
    """Index one patient's appointments by start."""
    return f"{company}:appointments_of:{user}"


def slot_uses(company: CompanyId, slot_id: str) -> str:
    """Count how often a slot was booked and freed again, so that its next event has a new id."""
    return f"{company}:slot_uses:{slot_id}"


def calendar(company: CompanyId, name: str) -> str:
    """Hold the busy times of a staff member or resource on the local calendar, by their end."""
    return f"{company}:calendar:{name}"


def calendar_event(company: CompanyId, event_id: str) -> str:
    """Hold one event of the local calendar as JSON."""
    return f"{company}:event:{event_id}"


def unfinished(company: CompanyId) -> str:
    """Hold what was begun on the calendar and not recorded yet, by event id: crashes are healed from it."""
    return f"{company}:unfinished"


def sync_tokens(company: CompanyId) -> str:
    """Map each calendar in Google to the token from which its changes are read next."""
    return f"{company}:sync_tokens"


def reminder(company: CompanyId, appointment_id: str, start: int, kind: str) -> str:
    """Say how far a reminder of an appointment got: an appointment that moves is reminded anew."""
    return f"{company}:reminder:{appointment_id}:{start}:{kind}"


def reminded(company: CompanyId, user: UserId) -> str:
    """Name the appointment that a patient was last reminded of and has not answered for."""
    return f"{company}:reminded:{user}"


def waitlist(company: CompanyId) -> str:
    """List the appointments whose patients want an earlier time, by when they asked."""
    return f"{company}:waitlist"


def freed(company: CompanyId) -> str:
    """Say that a time became free since the waitlist was last looked at."""
    return f"{company}:freed"


def earlier_offers(company: CompanyId, appointment_id: str) -> str:
    """Hold the earlier slots that a waiting patient was offered already: a set."""
    return f"{company}:earlier_offers:{appointment_id}"


def staff_edits(company: CompanyId) -> str:
    """Map an appointment to how it was before staff changed it, until its patient was told."""
    return f"{company}:staff_edits"


def upkeep_lock() -> str:
    """Lock the round that looks after all agendas: one process at a time."""
    return f"{DEPLOYMENT}:agenda_upkeep"


def feeds(company: CompanyId) -> str:
    """Map a staff member to the token of their calendar feed."""
    return f"{company}:feeds"


def feed_owners() -> str:
    """Map the digest of a feed's token to whose calendar it shows."""
    return f"{DEPLOYMENT}:feeds"


# What is counted and what may be spent.


def usage(company: CompanyId, day: str) -> str:
    """Count what a company did on a day of its own (`2026-11-22`) or in a month (`2026-11`): one hash."""
    return f"{company}:usage:{day}"


def counted_since(company: CompanyId) -> str:
    """Hold the first day of which anything was counted: before it nothing is known."""
    return f"{company}:counted_since"


def patients(company: CompanyId, day: str) -> str:
    """Estimate how many patients wrote on a day: a HyperLogLog, so it names nobody."""
    return f"{company}:usage_patients:{day}"


def counted(company: CompanyId, what: str) -> str:
    """Mark that something was counted, so that it is not counted again after a crash."""
    return f"{company}:counted:{what}"


def finished_turns(company: CompanyId) -> str:
    """Hold the turns that are done and not copied into PostgreSQL yet, without a word: a stream, capped."""
    return f"{company}:finished_turns"


def left_to_erase() -> str:
    """Hold whose rows in PostgreSQL are still to be erased: a set."""
    return f"{DEPLOYMENT}:left_to_erase"


def left_member(company: CompanyId, subject: str) -> str:
    """Name a patient in `left_to_erase` by their digest; `left_owner` reads it back."""
    return f"{company}:{subject}"


def left_owner(member: str) -> tuple[CompanyId, str]:
    """Return whom a member of `left_to_erase` names."""
    company, _, subject = member.partition(":")
    return CompanyId(company), subject


def reservations(company: CompanyId) -> str:
    """Hold what calls under way may cost, by when that lapses: a sorted set."""
    return f"{company}:reservations"


# Photos and voice.


def seen_photo(company: CompanyId, digest: str) -> str:
    """Hold for a while what a photo shows, by its content: who sends it twice is not looked at twice."""
    return f"{company}:seen_photo:{digest}"


def heard_speech(company: CompanyId, digest: str) -> str:
    """Hold for a while what was heard in a voice note, by its content."""
    return f"{company}:heard_speech:{digest}"


def said_aloud(company: CompanyId, digest: str) -> str:
    """Hold for a while how some words sound."""
    return f"{company}:said_aloud:{digest}"


def rate_limits() -> str:
    """Begin the keys of the windows in which things are counted; each lives for minutes."""
    return f"{DEPLOYMENT}:limits"


def requests(company: CompanyId | None, key_id: str) -> str:
    """Name whose requests are counted: a key's, all of a company's, or the administrator's."""
    return f"{company or DEPLOYMENT}:requests:{key_id}"


def company_messages(company: CompanyId) -> str:
    """Name the window of all that a company's patients write."""
    return f"{company}:messages"


def patient_messages(company: CompanyId, user: UserId) -> str:
    """Name the window of what one patient writes; by the thread, so that it names nobody."""
    return f"{company}:messages:{thread_id(company, user)}"


def company_messages_before(company: CompanyId) -> str:
    """Name what the company's window counted in the span before."""
    return f"{company_messages(company)}:before"


def patient_messages_before(company: CompanyId, user: UserId) -> str:
    """Name what the patient's window counted in the span before."""
    return f"{patient_messages(company, user)}:before"


def flood_told(company: CompanyId, user: UserId) -> str:
    """Mark that a patient who writes too much was told so."""
    return f"{company}:flood_told:{user}"


# A patient as a whole.


def consents(company: CompanyId, user: UserId) -> str:
    """Hold what a patient was told of their data and agreed to: a list of JSON, oldest first."""
    return f"{company}:consents:{user}"


def of_patient(company: CompanyId, user: UserId) -> tuple[str, ...]:
    """Name every key that belongs to one patient alone, but for the lock and the thread's own."""
    return (
        conversation(company, user),
        mailbox(company, user),
        turn(company, user),
        emergency(company, user),
        page(company, user),
        parked_work(company, user),
        user_appointments(company, user),
        reminded(company, user),
        consents(company, user),
        patient_messages(company, user),
        patient_messages_before(company, user),
        flood_told(company, user),
        open_question(company, user),
        asked_gaps(company, user),
        card(company, user),
        thread_company(thread_id(company, user)),
    )


def caches_by_content(company: CompanyId) -> tuple[str, ...]:
    """Match what is kept for a while by what it was made of, whosever it is: all of it can be made again."""
    return (
        f"{company}:answered:*",
        f"{company}:seen_photo:*",
        f"{company}:heard_speech:*",
        f"{company}:said_aloud:*",
    )


# Keys and configuration.


def webhook_token(company: CompanyId) -> str:
    """Hold the generated webhook token of a company that was given none."""
    return f"{company}:webhook_token"


def companies_revision() -> str:
    """Name the latest reload of companies, for every process to follow."""
    return f"{DEPLOYMENT}:companies_revision"


def companies_write() -> str:
    """Lock the change of companies: two at once could take one account."""
    return f"{DEPLOYMENT}:companies_write"


def moved_webhook_token(digest: str) -> str:
    """Say which company a token leads to that was just made, or will end soon; by the token's digest."""
    return f"{DEPLOYMENT}:moved_webhook_token:{digest}"


def webhook_check(company: CompanyId, nonce: str) -> str:
    """Wait for an event that was sent to see whether events arrive; holds what came."""
    return f"{company}:webhook_check:{nonce}"


def companies_written() -> str:
    """Name the latest time that staff wrote of a company, for every process to follow."""
    return f"{DEPLOYMENT}:companies_written"


def company_cache(company: CompanyId) -> str:
    """Hold a company as PostgreSQL last told it, secrets sealed, for when it is away."""
    return f"{company}:config:cache"


def prompt_cache(company: CompanyId, agent: str) -> str:
    """Hold an agent's newest prompt as PostgreSQL last told it."""
    return f"{company}:prompt:{agent}"


def database_copies_lock() -> str:
    """Lock the round that copies into PostgreSQL: one process at a time."""
    return f"{DEPLOYMENT}:database_copies"


def companies_cached() -> str:
    """Map each company that PostgreSQL told to its version: what a process without it looks for."""
    return f"{DEPLOYMENT}:companies_cached"


def api_keys() -> str:
    """Map the SHA-256 of an API key to whom it belongs."""
    return f"{DEPLOYMENT}:api_keys"


def api_keys_of(company: CompanyId | None) -> str:
    """Hold the digests of a company's keys, or of the deployment's own: a set."""
    return f"{company or DEPLOYMENT}:api_key_digests"


def api_key_uses() -> str:
    """Map the SHA-256 of an API key to when it was last used."""
    return f"{DEPLOYMENT}:api_key_uses"


def answered(company: CompanyId | None, request: str) -> str:
    """Hold the answer that a request with an idempotency key got, by a digest of whose and which it was."""
    return f"{company or DEPLOYMENT}:answered:{request}"


def answered_index(company: CompanyId | None) -> str:
    """List those answers by time, so that their number is bounded: a sorted set."""
    return f"{company or DEPLOYMENT}:answered_requests"


def audit(company: CompanyId) -> str:
    """Hold who changed what of a company, or of the deployment itself: a stream, capped."""
    return f"{company}:audit"


def session(digest: str) -> str:
    """Hold for which key somebody is signed in to the panel, by the digest of the session's token."""
    return f"{SESSION}{digest}"


def sessions_of(key_name: str) -> str:
    """List the sessions that began with one key, the latest first."""
    return f"{SESSIONS}{key_name}"
