"""Problems of follow-up."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "followup_rules": Entry(
            id="Aturan [followup] program {programme} tidak sah: {detail}.",
            en="The [followup] rules of programme {programme} are not valid: {detail}.",
            do_id="Perbaiki bagian [followup] pada berkas program.",
            do_en="Correct the [followup] section of the programme file.",
            status=422,
        ),
    }
)
