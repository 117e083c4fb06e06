"""Problems of tasks."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "task_not_yours": Entry(
            id="Tugas ini milik peran {role}.",
            en="This task belongs to the role {role}.",
            do_id="Mintalah {role} menyelesaikannya, atau minta pengawas mengalihkannya.",
            do_en="Ask the {role} to do it, or a supervisor to give it to somebody else.",
            status=403,
        ),
        "tasks_none_chosen": Entry(
            id="Belum ada tugas yang ditandai.",
            en="No task has been ticked.",
            do_id="Kembali ke daftar, tandai tugasnya, lalu lanjutkan.",
            do_en="Go back to the list, tick the tasks, then go on.",
        ),
        "tasks_too_many": Entry(
            id="{count} tugas sekaligus terlalu banyak; paling banyak {most}.",
            en="{count} tasks at once are too many; {most} at most.",
            do_id="Saring daftarnya dahulu, misalnya menurut jenis atau wilayah.",
            do_en="Filter the list first, for example by kind or area.",
        ),
        "task_owner_unknown": Entry(
            id="Pemilik baru belum dipilih, atau perannya sudah berakhir.",
            en="The new owner has not been chosen, or the role has ended.",
            do_id="Pilih peran atau orang dari daftar.",
            do_en="Choose a role or a person from the list.",
        ),
        "task_owner_elsewhere": Entry(
            id="{count} tugas terletak di luar wilayah pemilik baru.",
            en="{count} tasks lie outside the new owner's area.",
            do_id="Pilih orang yang wilayahnya mencakup semua tugas itu, atau tandai lebih sedikit.",
            do_en="Choose somebody whose area covers all of them, or tick fewer.",
            status=409,
        ),
        "task_needs_reason": Entry(
            id="Alasan belum diisi.",
            en="The reason is missing.",
            do_id="Tulis mengapa tugas ini dibuka kembali.",
            do_en="Write why the task is opened again.",
            status=422,
        ),
        "task_again_open": Entry(
            id="Penyebab yang sama sudah menjadi tugas terbuka.",
            en="The same cause already is an open task.",
            do_id="Kerjakan tugas yang terbuka itu; yang lama tetap selesai.",
            do_en="Work on the open one; the old one stays finished.",
            status=409,
        ),
        "task_needs_outcome": Entry(
            id="Tuliskan apa yang sudah dilakukan.",
            en="Write down what has been done.",
            do_id="Isi hasil tugas dalam satu kalimat.",
            do_en="Fill in the outcome in one sentence.",
            status=422,
        ),
    }
)
