// Daftar hadir: the list of a session, by tap or by the code on the card.
import { listAt, textAt, type Flaw, type PersonRow, type Screen } from "../screen";
import type { Body } from "../types";
import type { Vault } from "../vault";
import { shortDay } from "../words";

interface Session extends Body {
  class: string;
  class_name: string;
  place: string;
  on: string;
  number: number;
}
interface Participant extends Body {
  class: string;
  name: string;
  card: string;
}

function participants(vault: Vault, session: string): (PersonRow & { card: string })[] {
  const owner = vault.row<Session>("session", session)?.class ?? "";
  return vault
    .of<Participant>("participant", "class", owner)
    .map((row) => ({ id: row.id, name: row.name, sub: textAt(row, "sub"), card: row.card ?? "" }))
    .sort((a, b) => a.name.localeCompare(b.name, "id"));
}

export const attendance: Screen = {
  kind: "attendance",
  permission: "attendance.record",
  version: 1,
  title: "Daftar hadir",
  which: "Pertemuan mana?",
  icon: "list",
  save: "Simpan daftar hadir",
  targets: (vault) =>
    [...vault.rows<Session>("session")].map(([id, row]) => ({ id, title: row.class_name, sub: [`pertemuan ${row.number}`, shortDay(row.on), row.place].filter(Boolean).join(" · ") })),
  start: (vault, subject, today) => ({ on: vault.row<Session>("session", subject)?.on ?? today, present: [], scanned: [], note: "" }),
  heading(vault, subject) {
    const row = vault.row<Session>("session", subject);
    return { title: row?.class_name ?? "Kelas", sub: row ? `Pertemuan ${row.number}, ${shortDay(row.on)}` : "" };
  },
  parts(ctx) {
    const rows = participants(ctx.vault, ctx.draft.subject);
    const byCode = new Map(rows.filter((row) => row.card).map((row) => [row.card.toUpperCase(), row.id]));
    return [
      {
        key: "hadir",
        fields: [
          {
            type: "ticks", path: "present", label: "Siapa hadir", on: "hadir", rows,
            scan: byCode.size
              ? (code) => {
                  const id = byCode.get(code) ?? null;
                  if (id) ctx.body["scanned"] = [...new Set([...listAt(ctx.body, "scanned"), id])];
                  return id;
                }
              : undefined,
          },
        ],
      },
      { key: "lain", fold: "Tanggal dan catatan", fields: [{ type: "date", path: "on", label: "Tanggal pertemuan" }, { type: "text", path: "note", label: "Catatan", most: 500, long: true }] },
    ];
  },
  check(ctx): Flaw[] {
    if (textAt(ctx.body, "on") > ctx.today) return [{ path: "on", text: "Tanggal pertemuan belum tiba." }];
    return listAt(ctx.body, "present").length ? [] : [{ path: "present", text: "Belum ada yang hadir. Tandai yang datang." }];
  },
  payload(ctx) {
    const session = ctx.vault.row<Session>("session", ctx.draft.subject);
    const present = listAt(ctx.body, "present");
    const scanned = new Set(listAt(ctx.body, "scanned"));
    return {
      class: session?.class, session: ctx.draft.subject, on: textAt(ctx.body, "on"), note: textAt(ctx.body, "note").trim(),
      present: present.map((person) => ({ person, how: scanned.has(person) ? "card" : "list" })),
      absent: participants(ctx.vault, ctx.draft.subject).map((row) => row.id).filter((id) => !present.includes(id)),
    };
  },
  summary: (body) => `${(body["present"] as unknown[] | undefined)?.length ?? 0} hadir`,
};
