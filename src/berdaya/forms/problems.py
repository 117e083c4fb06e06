"""Problems of instruments and answers."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

_ASK_ID = "Perbaiki jawaban itu, atau kosongkan bila belum diketahui."
_ASK_EN = "Mend that answer, or leave it empty where nobody knows."

register(
    {
        "form_question_unknown": Entry(
            id="Pertanyaan {question} tidak ada pada instrumen ini.",
            en="There is no question {question} in this instrument.",
            do_id="Pakai instrumen versi terakhir.",
            do_en="Use the latest version of the instrument.",
            status=422,
        ),
        "form_answer_unfit": Entry(
            id="Jawaban {question} tidak sesuai: {answer}.",
            en="The answer to {question} does not fit: {answer}.",
            do_id=_ASK_ID,
            do_en=_ASK_EN,
            status=422,
        ),
        "form_answer_not_optional": Entry(
            id='Pertanyaan {question} tidak boleh dijawab "tidak berlaku".',
            en='The question {question} cannot be answered "does not apply".',
            do_id=_ASK_ID,
            do_en=_ASK_EN,
            status=422,
        ),
        "form_baseline_missing": Entry(
            id="Pertumbuhan {question} memerlukan nilai awal di atas nol.",
            en="The growth {question} needs a value before that is above zero.",
            do_id="Isi nilai sebelum program, atau kosongkan: nilai akhir akan menunggu.",
            do_en="Enter the value before the programme, or leave it empty: the score will wait.",
            status=422,
        ),
        "form_instrument_unreadable": Entry(
            id="Instrumen tidak dapat dipakai: {detail}.",
            en="The instrument cannot be used: {detail}.",
            do_id="Perbaiki bagian yang disebut.",
            do_en="Mend the part that is named.",
            status=422,
        ),
        "form_not_yet": Entry(
            id="Tanggal pengisian {day} belum tiba.",
            en="The day of filling in, {day}, has not come yet.",
            do_id="Isi tanggal hari ini atau sebelumnya.",
            do_en="Enter today or an earlier day.",
            status=422,
        ),
        "form_xlsform_unreadable": Entry(
            id="XLSForm tidak dapat dipakai: {detail}.",
            en="The XLSForm cannot be used: {detail}.",
            do_id="Perbaiki baris yang disebut, lalu unggah lagi. Instrumen tidak berubah.",
            do_en="Mend the row that is named and upload again. The instrument is unchanged.",
            status=422,
        ),
        "form_version_taken": Entry(
            id="Instrumen {instrument} versi {version} sudah ada dengan isi lain.",
            en="Version {version} of {instrument} exists already with other content.",
            do_id="Terbitkan sebagai versi berikutnya.",
            do_en="Publish it as the next version.",
            status=409,
        ),
    }
)
