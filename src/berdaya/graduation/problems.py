"""Problems of graduation."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "pathway_unknown": Entry(
            id="Jalur graduasi {pathway} tidak dikenal. Yang ada: {known}.",
            en="The pathway {pathway} is not known. There are: {known}.",
            do_id="Perbaiki graduation.pathway pada programme.toml.",
            do_en="Mend graduation.pathway in programme.toml.",
            status=422,
        ),
        "not_graduated": Entry(
            id="Hanya penilaian yang seluruh kriterianya terpenuhi dapat disetujui ({count} belum).",
            en="Only assessments with every criterion met can be approved ({count} are not).",
            do_id="Lengkapi buktinya pada kunjungan berikut, lalu nilai kembali.",
            do_en="Complete the evidence at the next visits, then assess again.",
            status=409,
        ),
        "assessment_stale": Entry(
            id="Ada penilaian yang lebih baru untuk usaha ini.",
            en="There is a newer assessment of this business.",
            do_id="Setujui penilaian yang terbaru.",
            do_en="Approve the latest assessment.",
            status=409,
        ),
    }
)
