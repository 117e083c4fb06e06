"""Where personal data stand: the one list that drives key rotation, erasure and retention.

Every column of every table is in exactly one of three places: `PERSONAL` (with what erasure does to it and
whose it is), `PLAIN_COLUMNS` or `PLAIN_OF_TABLE` as holding nothing about a person, or `KEPT` with the
reason why erasure leaves it. A test walks the schema and fails on a column that is in none of them.

History tables (`...event`) have the columns of their table and are treated as it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ERASED_NAME = "(dihapus)"
DELETE_ROW = "DELETE"
"""In place of SQL: erasure removes the row."""


class Care(StrEnum):
    """How much care a field asks for (UU 27/2022): general, specific, or a sealed number."""

    GENERAL = "general"
    SPECIFIC = "specific"
    NUMBER = "number"


class Of(StrEnum):
    """Whose rows are meant. `HOUSEHOLD` rows are erased with the last person of a household."""

    PERSON = "person"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class PersonalField:
    """One column: SQL that erasure writes there, and the condition that finds the rows.

    Conditions know `%(person)s`, `%(household)s`, `%(nik)s` and `%(kk)s` (indexes before erasure).
    """

    table: str
    column: str
    care: Care
    of: Of
    erase: str
    where: str


def _fields(
    table: str, of: Of, where: str, *, erase: dict[str, str], care: Care = Care.GENERAL
) -> tuple[PersonalField, ...]:
    return tuple(PersonalField(table, column, care, of, sql, where) for column, sql in erase.items())


_BLANK, _NULL, _NAME, _OBJECT, _LIST, _ARRAY = "''", "NULL", f"'{ERASED_NAME}'", "'{}'", "'[]'", "'{}'"
_UNLESS_EMPTY = f"CASE WHEN {{0}} = '' THEN '' ELSE {_NAME} END"
_BUSINESS = "enterprise_id IN (SELECT e.id FROM enterprises_enterprise e WHERE e.household_id = %(household)s)"
_CANDIDATE = "candidate_id IN (SELECT c.id FROM programmes_candidate c WHERE c.household_id = %(household)s)"
_HANDOVER = (
    "handover_id IN (SELECT h.id FROM grants_handover h JOIN programmes_decreeline l ON l.id = h.decree_line_id"
    " WHERE l.household_id = %(household)s)"
)
_LINE = "decree_line_id IN (SELECT l.id FROM programmes_decreeline l WHERE l.household_id = %(household)s)"

_NAMED = (
    "subjects && (ARRAY[%(person)s, %(household)s]::uuid[]"
    " || ARRAY(SELECT e.id FROM enterprises_enterprise e WHERE e.household_id = %(household)s))"
)

PERSONAL: tuple[PersonalField, ...] = (
    *_fields("people_person", Of.PERSON, "id = %(person)s", erase={
        "name": _NAME, "name_key": _BLANK, "birth_place": _BLANK, "birth_date": _NULL, "sex": _BLANK,
        "marital": _BLANK, "phone": _BLANK, "occupation": _BLANK, "died_on": _NULL}),
    *_fields("people_person", Of.PERSON, "id = %(person)s", care=Care.NUMBER, erase={
        "nik_cipher": _NULL, "nik_key": _NULL, "nik_index": _NULL, "last4_index": _NULL}),
    *_fields("people_personprivate", Of.PERSON, "person_id = %(person)s", care=Care.SPECIFIC, erase={
        "disability": _NULL, "ppks": _BLANK, "income_idr": _NULL}),
    *_fields("people_household", Of.HOUSEHOLD, "id = %(household)s", care=Care.NUMBER, erase={
        "kk_cipher": _NULL, "kk_key": _NULL, "kk_index": _NULL}),
    *_fields("people_household", Of.HOUSEHOLD, "id = %(household)s", erase={
        "address": _BLANK, "phone": _BLANK, "female_head": _NULL, "dependants": _NULL}),
    *_fields("people_desilsnapshot", Of.HOUSEHOLD, "household_id = %(household)s", care=Care.SPECIFIC, erase={
        "desil": DELETE_ROW}),
    *_fields("people_externalid", Of.HOUSEHOLD, "household_id = %(household)s", care=Care.NUMBER, erase={
        "value": _BLANK}),
    *_fields("people_aidreceived", Of.PERSON, "nik_index = %(nik)s", care=Care.NUMBER, erase={"nik_index": _NULL}),
    *_fields("people_aidreceived", Of.HOUSEHOLD, "kk_index = %(kk)s", care=Care.NUMBER, erase={"kk_index": _NULL}),
    *_fields("people_exclusion", Of.PERSON, "nik_index = %(nik)s", care=Care.NUMBER, erase={"nik_index": _NULL}),
    *_fields("people_exclusion", Of.HOUSEHOLD, "kk_index = %(kk)s", care=Care.NUMBER, erase={"kk_index": _NULL}),
    *_fields("programmes_candidate", Of.PERSON, "person_id = %(person)s", care=Care.SPECIFIC, erase={
        "facts": _OBJECT, "checks": _LIST, "screening": _LIST, "interests": _ARRAY, "skills": _ARRAY, "sources": _ARRAY,
        "replaced_reason": _BLANK}),
    *_fields("programmes_decreeline", Of.HOUSEHOLD, "household_id = %(household)s", erase={"replaced_reason": _BLANK}),
    *_fields("programmes_verification", Of.HOUSEHOLD, _CANDIDATE, care=Care.SPECIFIC, erase={
        "note": _BLANK, "own_words": _BLANK, "house_photo_id": _NULL, "home_lat": _NULL, "home_lon": _NULL}),
    *_fields("programmes_screeningoverrule", Of.HOUSEHOLD, _CANDIDATE, erase={
        "evidence": _OBJECT, "reason": _BLANK, "answer": _BLANK}),
    *_fields("programmes_meetingdecision", Of.HOUSEHOLD, _CANDIDATE, erase={"relation": _BLANK}),
    *_fields("programmes_objection", Of.HOUSEHOLD, _CANDIDATE, erase={"words": _BLANK, "decision_reason": _BLANK}),
    *_fields("programmes_referral", Of.HOUSEHOLD, _CANDIDATE, erase={"reason": _BLANK, "answer_note": _BLANK}),
    *_fields("enterprises_enterprise", Of.HOUSEHOLD, "household_id = %(household)s", erase={"name": _NAME}),
    *_fields("enterprises_enterprise", Of.HOUSEHOLD, "household_id = %(household)s", care=Care.SPECIFIC, erase={
        "baseline_income_idr": _NULL}),
    *_fields("enterprises_evidence", Of.HOUSEHOLD, _BUSINESS, erase={"detail": _OBJECT}),
    *_fields("enterprises_enterprisemonth", Of.HOUSEHOLD, _BUSINESS, care=Care.SPECIFIC, erase={"income_idr": _NULL}),
    *_fields("visits_visit", Of.HOUSEHOLD, _BUSINESS, erase={
        "problem": _BLANK, "advice": _BLANK, "next_step": _BLANK, "note": _BLANK, "met_lat": _NULL,
        "met_lon": _NULL, "met_within_m": _NULL}),
    *_fields("visits_caseloadnote", Of.HOUSEHOLD, _BUSINESS, erase={"note": _BLANK}),
    *_fields("devices_fieldrecord", Of.PERSON, _NAMED, care=Care.SPECIFIC, erase={
        "body": _OBJECT, "previous": _NULL, "params": _OBJECT}),
    *_fields("devices_inbox", Of.PERSON, _NAMED, care=Care.SPECIFIC, erase={"body": _OBJECT}),
    *_fields("devices_conflict", Of.PERSON, _NAMED, care=Care.SPECIFIC, erase={"sent": _OBJECT, "held": _OBJECT}),
    *_fields("visits_visit", Of.HOUSEHOLD, _BUSINESS, care=Care.SPECIFIC, erase={"income_idr": _NULL}),
    *_fields("visits_heldvisit", Of.HOUSEHOLD, f"visit_id IN (SELECT v.id FROM visits_visit v WHERE v.{_BUSINESS})",
             care=Care.SPECIFIC, erase={"body": _OBJECT}),
    *_fields("training_placement", Of.PERSON, "person_id = %(person)s", care=Care.SPECIFIC, erase={"reason": _OBJECT}),
    *_fields("grants_handover", Of.HOUSEHOLD, _LINE, erase={
        "received_by": _NAME, "place": _BLANK, "note": _BLANK, "at_lat": _NULL, "at_lon": _NULL,
        "witness": _UNLESS_EMPTY.format("witness")}),
    *_fields("grants_proxy", Of.HOUSEHOLD, _LINE, erase={"name": _NAME, "letter": _NAME}),
    *_fields("grants_proxy", Of.HOUSEHOLD, _LINE, care=Care.SPECIFIC, erase={
        "why": "CASE WHEN heir THEN why ELSE 'away' END"}),
    *_fields("grants_handoverslot", Of.HOUSEHOLD, _LINE, care=Care.SPECIFIC, erase={"barred": _BLANK}),
    *_fields("grants_handoverreturn", Of.HOUSEHOLD,
             f"line_id IN (SELECT hl.id FROM grants_handoverline hl WHERE hl.{_HANDOVER})", erase={"note": _BLANK}),
    *_fields("grants_proposal", Of.HOUSEHOLD, _CANDIDATE, erase={"appraisal": _BLANK, "reason": _BLANK}),
    *_fields("grants_assetcheck", Of.HOUSEHOLD, _BUSINESS, erase={
        "minutes": _UNLESS_EMPTY.format("minutes"), "note": _BLANK}),
    *_fields("grants_confirmation", Of.HOUSEHOLD, _HANDOVER, erase={"said_by": _NAME, "words": _BLANK}),
    *_fields("groups_membership", Of.PERSON, "person_id = %(person)s", erase={"reason": _BLANK}),
    *_fields("tasks_task", Of.HOUSEHOLD, "household_id = %(household)s", erase={
        "title": _NAME, "params": _OBJECT, "outcome": _BLANK}),
    *_fields("market_storefront", Of.HOUSEHOLD, _BUSINESS, erase={
        "slug": "id::text", "name": _NAME, "about": _BLANK, "contact_phone": _BLANK}),
    *_fields("market_product", Of.HOUSEHOLD, _BUSINESS, erase={"description": _BLANK}),
    *_fields("training_arrangement", Of.PERSON, "person_id = %(person)s", erase={"note": _BLANK}),
    *_fields("training_invitation", Of.PERSON,
             "placement_id IN (SELECT p.id FROM training_placement p WHERE p.person_id = %(person)s)",
             care=Care.SPECIFIC, erase={"asked_for": _ARRAY, "note": _BLANK}),
    *_fields("training_presence", Of.PERSON,
             "placement_id IN (SELECT p.id FROM training_placement p WHERE p.person_id = %(person)s)",
             erase={"device": _BLANK}),
    *_fields("training_attendance", Of.PERSON,
             "placement_id IN (SELECT p.id FROM training_placement p WHERE p.person_id = %(person)s)",
             erase={"pre": _NULL, "post": _NULL}),
    *_fields("forms_response", Of.PERSON, "subject_id = ANY (ARRAY[%(person)s, %(household)s]::uuid[])",
             care=Care.SPECIFIC, erase={"answers": _OBJECT, "scores": _OBJECT}),
    *_fields("graduation_assessment", Of.HOUSEHOLD, _BUSINESS, care=Care.SPECIFIC, erase={"criteria": _LIST}),
    *_fields("accountability_statement", Of.PERSON, "person_id = %(person)s", erase={
        "words": _BLANK, "company": _BLANK, "place": _BLANK, "own_photo_id": _NULL}),
    *_fields("accountability_spotcheck", Of.HOUSEHOLD, _HANDOVER, erase={"words": _BLANK}),
    *_fields("accountability_lpj", Of.HOUSEHOLD, "household_id = %(household)s", erase={
        "author": _NAME, "reason": _BLANK}),
    *_fields("accountability_lpjentry", Of.HOUSEHOLD, "household_id = %(household)s", erase={
        "seller": _BLANK, "description": _BLANK}),
    *_fields("followup_alert", Of.HOUSEHOLD, _BUSINESS, erase={"detail": _OBJECT}),
)  # fmt: skip
"""What erasure writes, table by table."""

SEALED = (
    ("people_person", "nik_cipher", "nik_key", b"person.nik:"),
    ("people_household", "kk_cipher", "kk_key", b"household.kk:"),
    ("followup_complaint", "withheld_cipher", "withheld_key", b"complaint:withheld:"),
    ("followup_complaint", "contact_cipher", "contact_key", b"complaint:contact:"),
    ("access_secondfactor", "secret_cipher", "secret_key", b"factor:secret:"),
)
"""Sealed columns: table, column, column of the key's id, and what stands before the row's id in the context."""

KEPT: dict[str, str] = {
    "market_pledge.partner": "who promised help in public, named as the organisation or citizen wishes",
    "market_pledge.contact": "how an organisation is reached, not a person",
    "market_pledge.what": "words of a public pledge",
    "market_pledge.closed_reason": "why a pledge ended; names no family",
    "market_pledgedelivery.note": "number of a receipt between an office and a partner",
    "market_pledgedelivery.struck_reason": "why a line was struck; names no family",
    "intake_importjob.problem": "code and text of the catalogue: why an import failed",
    "intake_importjob.samples_cipher": "sealed preview of an import; emptied when it is confirmed or thrown away",
    "groups_group.address": "address of a group, not of a person",
    "market_permit.number": "public registration printed on the product",
    "people_identity.index": "goes with the number, by trigger",
    "programmes_selectionentry.household_key": "part of the frozen list that makes the draw repeatable",
    "programmes_selectionentry.parts": "scores of the frozen list that makes the draw repeatable",
    "training_attendance.attended": "proof that a paid class took place",
    "access_account.name": "name of an official; who decided must stay readable",
    "access_account.username": "login of an official; who decided must stay readable",
    "access_savedview.name": "an official's own name for a filter",
    "access_account.password": "hash; ends with the account",
    "access_secondfactor.secret_cipher": "sealed key of an official's authenticator; ends with the factor",
    "access_session.address": "shortened address of an official's own desk; ends with the session",
    "access_session.browser": "kind of an official's own browser; ends with the session",
    "access_session.session_data": "account, role and words of the frame; ends with the session",
    "access_session.session_key": "hash of a cookie; ends with the session",
    "access_signinattempt.name_mark": "keyed mark of a login, swept after thirty days by the daily run",
    "access_signinattempt.address_mark": "keyed mark of an address, swept after thirty days by the daily run",
    "audit_auditentry.reason": "why somebody looked or decided; accountability (UU 27/2022 art. 35)",
    "audit_auditentry.body": "ids and figures only, by contract of audit.services",
    "audit_auditentry.subject_id": "ids, or a keyed index in look-ups",
    "documents_document.data": "content of a numbered official letter (UU 43/2009 on archives)",
    "documents_document.title": "title of a numbered official letter",
    "documents_signatory.name": "official who signs",
    "documents_signatory.nip": "staff number of an official who signs",
    "enterprises_mentor.name": "official or contracted mentor",
    "enterprises_mentor.phone": "mentor's work number",
    "files_storedfile.name": "name of a file; official letters and imports follow their own retention",
    "funds_cashevent.note": "entry of a book, append-only",
    "grants_lot.received_by": "store keeper who signs for a delivery",
    "grants_purchase.note": "word of an official on a purchase",
    "grants_stockmove.minutes": "minutes of a loss in the office's own store",
    "grants_store.keeper": "official who keeps the store",
    "grants_supplier.address": "supplier of the office, a business",
    "grants_supplier.business_number": "supplier of the office, a business",
    "grants_supplier.contact": "supplier of the office, a business",
    "grants_supplier.name": "supplier of the office, a business",
    "grants_supplier.phone": "supplier of the office, a business",
    "funds_turn.reason": "why the group gave a turn; part of the book that members check",
    "funds_meeting.note": "minutes of the group's meeting",
    "funds_meeting.body": "what was handed in: membership ids and amounts",
    "funds_funddecision.minutes": "number and words of the minutes of a decision",
    "funds_bankline.text": "line of a bank statement of the group, append-only",
    "groups_election.result": "minutes of the group: membership ids and votes",
    "people_consent.purpose": "proof of consent given and withdrawn",
    "people_lookalike.decision_reason": "why two records were told apart or joined; stays with the decision",
    "people_lookalike.reasons": "levels of agreement and bits, no value of a person",
    "people_merge.merge_reason": "why two records were joined; stays with the decision",
    "people_merge.undone_reason": "why two records were parted; stays with the decision",
    "people_merge.moves": "ids of rows that were moved",
    "people_transferrequest.asked_reason": "why an office asked for a family; stays with the decision",
    "people_transferrequest.decision_reason": "why a claim was accepted or refused; stays with the decision",
    "people_transferrequest.asking_office": "name of an office",
    "people_consent.method": "proof of consent given and withdrawn",
    "people_consent.language": "proof of consent given and withdrawn",
    "people_consent.read_by": "official who read it aloud",
    "people_consent.witness": "proof of consent given and withdrawn",
    "people_consent.withdrawn_reason": "proof of consent given and withdrawn",
    "programmes_rulechange.reason": "why an official proposed other rules",
    "programmes_meetingdecision.reason": "minutes of the village meeting, signed on paper",
    "programmes_objection.said_by": "who objected; asked to stay unnamed where the person wishes",
    "programmes_villagemeeting.attendance": "minutes of the village meeting: officials and citizens who decided",
    "programmes_villagemeeting.chair": "minutes of the village meeting",
    "programmes_villagemeeting.note": "minutes of the village meeting",
    "programmes_approval.note": "word of an official on a decision",
    "programmes_approval.summary": "figures that were approved",
    "programmes_verification.verifier": "official who visited",
    "training_classfeedback.note": "words of a participant without a name",
    "training_classsession.childcare": "who provides childcare",
    "training_classsession.companion": "who provides companions",
    "training_classsession.interpreter": "interpreter at a session",
    "training_classsession.trainer": "trainer of a session",
    "training_classsession.transport": "who provides transport",
    "training_outsideparticipant.name": "lurah, TKSK and other officials who took part",
    "training_trainingclass.trainer": "trainer named on certificates",
    "market_juryscore.juror": "juror of a public contest",
    "followup_complaint.words": "a case names no family; it is closed and swept by its own retention",
    "followup_complaint.withheld_cipher": "as the words of the case, sealed",
    "followup_complaint.contact_cipher": "as the words of the case, sealed",
    "followup_complaint.result": "what the complainant was told",
    "followup_complaintstep.words": "what an official did about a case",
    "followup_complaintstep.told": "what the complainant was told",
    "accountability_codetry.source": "keyed mark of an address, swept after thirty days by the daily run",
    "followup_complainttry.source": "keyed mark of an address, swept after thirty days by the daily run",
    "governance_growthrules.note": "word of an official on proposed criteria",
    "governance_coaching.seen": "what a sponsor saw of a group, kept as its book is",
    "governance_coaching.advice": "advice to a group, kept as its book is",
    "governance_groupchange.minutes": "minutes of a group, kept as its book is",
    "governance_groupchange.settlement": "who took over a group's things, kept as its book is",
    "visits_heldvisit.flaws": "codes of what was wrong with a payload",
    "visits_standin.note": "word of an official to a colleague on a caseload",
    "devices_device.name": "what an official calls the own phone",
    "devices_device.platform": "kind of phone and browser of an official",
}
"""Columns that name somebody and stay after erasure, with the reason."""


PLAIN_COLUMNS = frozenset(
    """
    every partner_kind pledge_id supplier_kind struck_on
    batches_done changed confirmed_at confirmed_by context_id counts fingerprint finished_at job_id kept
    lease_until made_role mapping meant others preview rows rows_done rows_total samples_key second_person
    started_at stop_asked taken_on titles undone_at worked_ms worker
    base_id text_sha256 version_id withdrawn_by withdrawn_on written_by written_on
    agreed_on assessed_on card_id clauses fine_idr iks_idr meeting other_id rules_sha256 saving_idr
    term_months token_hash
    accepted balance_idr book_idr born chosen_by confirmed counted_idr entered_by given lost minutes_on plan presence
    problems proposed_by returned signed terms to_return written_off_on
    author_id author_role checked_on checker_id code_hash code_id complaint_id contact_key decided_by drawn_on filed_on
    flags handler_id inspectorate issued_on lpj_id receipt_id received_idr received_on revoked_on safe_time statement_id
    subject submitted_on tries used_at withheld_key
    about_account_id
    check_code found on seconds
    asked_by asked_on chance decided_by families_too found_on gone_area gone_household_id gone_id
    kept_household_id kept_id left_id merged_by merged_into merged_on model_version request_id right_id side to_area
    undone_by undone_on
    account_id active_members activity advice_answer all_offices amount amount_idr approval_id approved_by
    approved_on area as_of asked assessed_by attempted_at balance book_id bound brand candidate_count
    candidate_id capacity category cause ceiling certificate certified_on channel checked_at checked_by
    checked_copy_id choice cleared_on closed_on code code_expires_at commitment commitments committed_by
    committed_on complete condition config consent_on contest_id cost_idr credit_id criterion data_sha256
    debit_id decided_on decree_id decree_line_id decreed_on demo digest dissolved_on distance_m document_id
    done_on draw due_on duplicate_of_id durable edition elected_on election_id ends_on enterprise_id entry_id
    absent_on account_id active_members activity advice_answer all_offices amount amount_idr appraised_by
    appraised_on approval_id approved_by approved_on area as_of asked assessed_by asset_id attempted_at balance
    batch book_id bound brand candidate_count candidate_id capacity card category cause ceiling certificate
    certified_on channel checked_at checked_by checked_copy_id checked_on choice cleared_on closed_on code
    code_expires_at commitment commitments committed_by committed_on complete condition config consent_on
    contest_id cost_idr credit_id criterion data_sha256 day_id debit_id decided_on decree_id decree_line_id
    decreed_on delivered delivered_on demo device_at digest dissolved_on distance_m document_id done_on draw
    due_on duplicate_of_id durable edition elected_on election_id ends_on entered_by enterprise_id entry_id
    erased_on event_id evidence_id exhibition_id expires_on fee_idr file_id file_name first_choice_share
    first_page floor form founded_on founded_year frozen_on full fund_id gap given_on grams group_id handover_id
    hash head held_on hit_count hour household_id id import_key in_force in_list incomplete inputs_sha256
    instrument_id invited is_active is_head item_id joined_on kind kinds language last last_login last_page lat
    leads left_on level line_id list list_no list_sha256 listed_area lon made_at made_by media_type
    meeting_decision meeting_id meeting_on membership_id mentor_id method milestone minimum month motivator_id
    instrument_id invited is_active is_head item_id joined_on kind kinds language last last_login last_page lat
    leads left_on level line_id list list_no list_sha256 listed_area lon made_at made_by media_type
    meeting_decision meeting_on membership_id mentor_id method milestone minimum month motivator_id
    must_change_password newcomer_id objective occurred_at occurred_on office_id office_name on_day opened_by
    opened_on origin outcomes owner_account_id owner_role package_id paid_idr paid_on paired_on paper parent
    party pathway person_id pgh_context_id pgh_created_at pgh_id pgh_label pgh_obj_id photo_id place_consent_on
    placement_id present price_idr principal_idr probability product_id production_days programme programme_code
    programme_id proposed_on published_at purpose quantity quota_area quotas raised_on ranges recorded_at
    refused replaced_on replaces_id resolved_on resource reverses reverses_id revision role_id round rows_in
    rows_taken rule run_id said_on scheme score seats seed seeds selected selection_id seq sessions sha256 since
    size skill source source_id source_kind specification sponsor_id stage started_on starts_on state state_on
    status stock stock_idr stratum strength subject_id subject_kind succeeded successor synthetic system task_id
    time_zone token training_class_id turn_id turnover_fund_idr turnover_idr turnover_market_idr
    turnover_visit_idr unit unit_price_idr unit_value_idr until valid_from valid_until value_idr venue verdict
    verified version version_id version_number visit_id visited_on visits weight wheelchair withdrawn_on workers
    year accuracy_m agreed answer_due answered_on checked_on copy_left decided_by decision hit lines made_on
    offer_id open_from open_until planned_on posted_by posted_on taken_by received_on recorded_by recorded_on
    referred_on accepted_by accepted_on closes_on meeting_id signed_on uploaded_by conditions
    first_page floor form founded_on founded_year from_store_id frozen_on full fund_id gap given_on
    giver_signature_id grams group_id handed handover_id hash head heir held_on hit_count hour household_id id
    import_key in_force in_list in_store incomplete inputs_sha256 instrument_id invited is_active is_head
    issued_at item_id item_number joined_on kind kinds language last last_login last_page lat leads left_on
    level line_id
    list list_no list_sha256 listed_area lon lost lot_id made_at made_by made_on manner media_type
    meeting_decision meeting_on membership_id mentor_id method milestone minimum month motivator_id
    must_change_password newcomer_id objective occurred_at occurred_on office_id office_name on_day opened_by
    opened_on origin outcomes owner_account_id owner_role package_id paid_idr paid_on paired_on paper parent
    party pathway person_id pgh_context_id pgh_created_at pgh_id pgh_label pgh_obj_id photo_id pieces
    place_consent_on placement_id planned planned_on present price_idr principal_idr probability product_id
    production_days programme programme_code programme_id proof proposal_id proposed_on proxy_id published_at
    purchase_id purchase_line_id purpose quantity quota_area quotas raised_on ranges receiver recorded_at
    refused replaced_on replaces_id resolved_on resource returned reverses reverses_id revision role_id round
    rows_in rows_taken rule run_id said_on scan_id scheme score screened_at seats seed seeds seen_on selected
    selection_id sent_back_on seq sessions sha256 signature_id signed_on shows since size skill source source_id
    source_kind specification sponsor_id stage started_on starts_on state state_on status stock stock_idr
    store_id stored_by stratum strength subject_id subject_kind succeeded successor supplier_id synthetic system tag
    tagged task_id time_zone to_store_id token training_class_id turn_id turnover_fund_idr turnover_idr
    turnover_market_idr turnover_visit_idr unit unit_price_idr unit_value_idr until valid_from valid_until
    value_idr venue verdict verified version version_id version_number visit_id visited_on visits weight
    wheelchair withdrawn_on witness_signature_id workers year
    """.split()  # noqa: SIM905  (a list of 250 words reads better as words)
)
"""Names that stand for ids, codes, dates and figures of processes, wherever they occur."""

PLAIN_OF_TRAINING = frozenset(
    """
    answer cancelled clear closes_at confirmed demand ends_at fixed_id follows_id hours kept noted_at opened_at
    outsider_id part provides retired room session_id shared slot soft spoke starts_at topic useful what
    answer cancelled clear closed closes_at confirmed demand ends_at fixed_id follows_id hours kept noted_at opened_at
    outsider_id part provides retired room session_id shared slot soft starts_at topic useful wanted_id what
    """.split()  # noqa: SIM905
)
"""Of sessions, seats and who came."""

PLAIN_OF_FIELD = frozenset(
    """
    app asset_id begun_at clock_off clock_off_seconds copied_at device_at device_id done_at ended_on enrolled_at
    fields files from_mentor_id from_role_id needs position_missing pushed_at raised_at received received_at
    record_id resolved_at resolved_by revoked_by same_as_last seen_at seqs settled_at subjects taken_at to_mentor_id
    unsent unsent_since upload_id uploaded_by wiped_at xid
    """.split()  # noqa: SIM905
)
"""The like of what phones hand in and how it arrived."""

PLAIN_OF_TABLE: dict[str, str] = {
    "problem": "tasks_dailyrun",
    "done": "tasks_dailyrun",
    "sentences": "people_consentwording",
    "candidates": "intake_importbatch",
    "facts": "intake_groupcarry",
    "groups": "intake_importbatch",
    "households": "intake_importbatch",
    "persons": "intake_importbatch",
    "written": "intake_placename",
    "areas": "enterprises_mentor",
    "attended": "training_outsideparticipant",
    "body": ("forms_instrument funds_funddecision reports_programmesnapshot training_catalogueentry"),
    "composition": "access_signinrules",
    "expire_date": "access_session",
    "factor_from": "access_signinrules",
    "factor_since": "access_account",
    "idle_minutes": "access_signinrules",
    "idle_seconds": "access_session",
    "last_step": "access_secondfactor",
    "secret_key": "access_secondfactor",
    "wrong": "access_secondfactor",
    "listing": "access_savedview",
    "query": "access_savedview",
    "caller": "access_apiuse",
    "calls": "access_apiuse",
    "followed": "governance_coaching",
    "criteria": "governance_growthassessment governance_growthrules market_contest",
    "expires_at": "access_apitoken devices_taken grants_handoverday",
    "label": "access_apitoken",
    "letterhead": "access_office",
    "name": (
        "training_catalogueentry devices_upload groups_groupproposal "
        "ledger_account audit_auditentry areas_area areas_areacode access_office groups_sponsororganisation "
        "groups_group programmes_programme training_trainingclass grants_packageitem grants_asset "
        "market_product market_exhibition market_contest accountability_lpjitem "
        "groups_group programmes_programme programmes_offeredprogramme training_trainingclass grants_packageitem "
        "grants_asset market_product market_exhibition market_contest "
        "market_product market_exhibition market_contest grants_proposalline grants_store "
    ),
    "name_key": "areas_area",
    "number": (
        "intake_importbatch groups_groupproposal groups_proposalmember "
        "training_classsession "
        "training_classsession governance_membercard governance_grouprules governance_growthrules "
        "documents_document groups_membership programmes_programmeversion programmes_selectionentry "
        "programmes_decree programmes_decreeline training_placementrun training_placement grants_packageitem "
        "grants_handover funds_instalment market_stall accountability_confirmationcode accountability_lpjitem "
        "grants_handoverslot grants_lot grants_proposalline grants_purchase people_consentwording "
    ),
    "outcome": "visits_heldvisit graduation_assessment devices_fieldrecord intake_groupcarry",
    "partner": "training_trainingclass",
    "place": (
        "funds_meeting grants_handoverday market_exhibition programmes_candidate "
        "programmes_villagemeeting training_classfeedback groups_groupproposal"
    ),
    "position": "documents_signatory groups_officer",
    "rank": "documents_signatory programmes_candidate programmes_selectionentry market_contestentry",
    "reason": "programmes_candidate enterprises_statussnapshot grants_handoverreturn governance_growthrules",
    "about": "programmes_objection",
    "aim": "programmes_offeredprogramme",
    "answer": "programmes_referral",
    "contact": "programmes_offeredprogramme",
    "how": "programmes_offeredprogramme",
    "provider": "programmes_offeredprogramme",
    "target": "programmes_offeredprogramme",
    "ref": "programmes_candidate enterprises_enterprise",
    "resolution": "visits_heldvisit devices_conflict",
    "result": "programmes_verification",
    "revoked_at": "access_apitoken devices_device",
    "role": "audit_auditentry training_outsideparticipant governance_coaching",
    "slug": "market_product",
    "summary": "programmes_selectionrun training_placementrun",
    "title": "training_classmaterial access_role devices_taken",
    "window": "access_apiuse",
}
"""Column names that are personal elsewhere: the tables in which they are not."""


def base_table(table: str) -> str:
    """The table whose history an event table keeps; any other table itself."""
    return table.removesuffix("event") if table != "funds_cashevent" else table


def place_of(table: str, column: str) -> str:
    """Where a column is registered: `personal`, `kept`, `plain`, or empty where nobody has looked at it yet."""
    tracked = base_table(table)
    if any(field.table == tracked and field.column == column for field in PERSONAL):
        return "personal"
    if f"{tracked}.{column}" in KEPT:
        return "kept"
    if (
        column in PLAIN_COLUMNS | PLAIN_OF_FIELD | PLAIN_OF_TRAINING
        or tracked in PLAIN_OF_TABLE.get(column, "").split()
    ):
        return "plain"
    return ""
