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
        "task_needs_outcome": Entry(
            id="Tuliskan apa yang sudah dilakukan.",
            en="Write down what has been done.",
            do_id="Isi hasil tugas dalam satu kalimat.",
            do_en="Fill in the outcome in one sentence.",
            status=422,
        ),
    }
)
