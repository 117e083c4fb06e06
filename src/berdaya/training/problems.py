"""Problems of training: classes, placements, attendance."""

from __future__ import annotations

from berdaya.kernel.problems import Entry, register

register(
    {
        "training_code_unknown": Entry(
            id="Kode {what} tidak dikenal: {code_text}.",
            en="Unknown code of {what}: {code_text}.",
            do_id="Pakai kode dari daftar jenis usaha, keterampilan, dan sumber daya.",
            do_en="Use a code from the list of kinds, skills and resources.",
            status=422,
        ),
        "training_class_unfit": Entry(
            id="Kelas {class_code} tidak dapat dibuat: kursi {seats}, minimal {minimum}, {starts_on} sampai {ends_on}.",
            en="Class {class_code} cannot be made: {seats} seats, minimum {minimum}, {starts_on} to {ends_on}.",
            do_id="Kursi paling sedikit satu dan tidak kurang dari minimal; tanggal selesai tidak sebelum mulai.",
            do_en="One seat at least and no fewer than the minimum; it ends no earlier than it starts.",
            status=422,
        ),
        "training_class_taken": Entry(
            id="Kelas {class_code} sudah terisi {placed} orang; kursinya tidak dapat menjadi {seats}.",
            en="Class {class_code} has {placed} people placed; its seats cannot become {seats}.",
            do_id="Pindahkan peserta lebih dulu, atau hitung ulang penempatan.",
            do_en="Move participants first, or match again.",
            status=409,
        ),
        "training_no_class": Entry(
            id="Program ini belum mempunyai kelas.",
            en="The programme has no classes yet.",
            do_id="Isi kelas lebih dulu (classes.xlsx).",
            do_en="Enter classes first (classes.xlsx).",
            status=409,
        ),
        "training_nobody": Entry(
            id="Belum ada penerima yang ditetapkan untuk ditempatkan.",
            en="There are no decreed recipients to place yet.",
            do_id="Terbitkan SK penerima lebih dulu.",
            do_en="Issue the decree of recipients first.",
            status=409,
        ),
        "training_attended": Entry(
            id="Kehadiran sudah dicatat pada penempatan yang berlaku.",
            en="Attendance is recorded on the placement in force.",
            do_id="Pindahkan orang satu per satu; penempatan ulang tidak mungkin lagi.",
            do_en="Move people one by one; placing everybody anew is no longer possible.",
            status=409,
        ),
        "training_attendance_unfit": Entry(
            id="Kehadiran baris {row} tidak masuk akal: {attended} dari {sessions} pertemuan, nilai 0 sampai 100.",
            en="Attendance in row {row} makes no sense: {attended} of {sessions} sessions, marks from 0 to 100.",
            do_id="Perbaiki baris itu.",
            do_en="Mend that row.",
            status=422,
        ),
        "training_class_full": Entry(
            id="Kelas {class_code} penuh ({seats} kursi).",
            en="Class {class_code} is full ({seats} seats).",
            do_id="Pilih kelas lain atau tambah kursi.",
            do_en="Choose another class or add a seat.",
            status=409,
        ),
        "training_class_steps": Entry(
            id="Kelas {class_code} tidak dapat dicapai dengan kursi roda.",
            en="Class {class_code} cannot be reached with a wheelchair.",
            do_id="Pilih kelas dengan akses kursi roda.",
            do_en="Choose a class with wheelchair access.",
            status=409,
        ),
        "training_class_code_twice": Entry(
            id="Kode kelas {class_code} dipakai dua kali.",
            en="The class code {class_code} is used twice.",
            do_id="Beri setiap kelas kode sendiri; rencana yang terbit tidak berubah.",
            do_en="Give every class a code of its own; the published plan is unchanged.",
            status=422,
        ),
        "training_class_no_seats": Entry(
            id="Kelas {class_code} tidak mempunyai kursi.",
            en="Class {class_code} has no seats.",
            do_id="Isi jumlah kursi paling sedikit satu; rencana yang terbit tidak berubah.",
            do_en="Enter one seat at least; the published plan is unchanged.",
            status=422,
        ),
        "training_no_village": Entry(
            id="{count} orang tanpa desa/kelurahan: {who}.",
            en="{count} people without a village: {who}.",
            do_id="Lengkapi kode wilayah sampai desa/kelurahan; rencana yang terbit tidak berubah.",
            do_en="Complete the area code down to the village; the published plan is unchanged.",
            status=422,
        ),
        "training_together_circle": Entry(
            id="Permintaan duduk bersama berputar: {who}.",
            en="The wish to sit together runs in a circle: {who}.",
            do_id="Hapus salah satu mata rantai; rencana yang terbit tidak berubah.",
            do_en="Take away one of the links; the published plan is unchanged.",
            status=422,
        ),
        "training_together_too_big": Entry(
            id="{count} orang harus duduk bersama ({who}), kelas terbesar {seats} kursi.",
            en="{count} people must sit together ({who}), the largest class has {seats} seats.",
            do_id="Bagi kelompoknya atau tambah kursi.",
            do_en="Divide the set or add seats.",
            status=422,
        ),
        "training_together_apart": Entry(
            id="Harus duduk bersama tetapi ditetapkan di kelas berbeda: {who}.",
            en="They must sit together but are fixed in different classes: {who}.",
            do_id="Ubah salah satu ketetapan.",
            do_en="Change one of the two.",
            status=422,
        ),
        "training_fixed_too_many": Entry(
            id="{count} orang ditetapkan di kelas {class_code} yang hanya {seats} kursi.",
            en="{count} people are fixed in class {class_code}, which has {seats} seats.",
            do_id="Kurangi ketetapan atau tambah kursi.",
            do_en="Fix fewer people or add seats.",
            status=422,
        ),
        "training_fixed_gone": Entry(
            id="Kelas yang ditetapkan untuk {who} tidak ada lagi.",
            en="The class fixed for {who} is gone.",
            do_id="Pilih kelas lain atau lepaskan ketetapannya.",
            do_en="Choose another class or release it.",
            status=422,
        ),
        "training_fixed_steps": Entry(
            id="{who} memerlukan tempat tanpa tangga; kelas {class_code} tidak dapat dimasuki.",
            en="{who} needs a place without steps; class {class_code} has none.",
            do_id="Tetapkan kelas dengan akses kursi roda.",
            do_en="Fix a class with wheelchair access.",
            status=422,
        ),
        "training_fixed_busy": Entry(
            id="{who} sudah duduk di kelas lain pada jam kelas {class_code}.",
            en="{who} sits elsewhere at the hours of class {class_code}.",
            do_id="Pilih kelas pada jam lain.",
            do_en="Choose a class at other hours.",
            status=409,
        ),
    }
)
