// Daftar hadir: the list of a session by tap, and cards as they were read; whose card it is, the server knows.
import { h, icon, say } from "../dom";
import { listAt, textAt, type Context, type Field, type Flaw, type PersonRow, type Queue, type Screen, type Target } from "../screen";
import type { Body } from "../types";
import type { Vault } from "../vault";
import { longDay, shortDay } from "../words";
import { askCode } from "../widgets/scan";

interface Session extends Body {
  class: string;
  number: number;
  held_on: string;
  starts_at: string;
  room: string;
  topic: string;
  /** How many came, as the office knows it; older packs do not tell. */
  came?: number;
}
interface Participant extends Body {
  class: string;
  name: string;
  place: string;
  guest: boolean;
}
interface Read {
  card: string;
  at: string;
}

function className(vault: Vault, session: Session | undefined): string {
  return textAt(vault.row("class", session?.class ?? "") ?? {}, "name") || "Kelas";
}

function participants(vault: Vault, session: string): (PersonRow & { guest: boolean })[] {
  const owner = vault.row<Session>("session", session)?.class ?? "";
  return vault
    .of<Participant>("participant", "class", owner)
    .map((row) => ({ id: row.id, name: row.name, sub: [row.place, row.guest ? "tamu" : ""].filter(Boolean).join(" · "), guest: row.guest }))
    .sort((a, b) => a.name.localeCompare(b.name, "id"));
}

function cards(body: Body): Read[] {
  return (body["cards"] as Read[] | undefined) ?? [];
}

async function scan(ctx: Context): Promise<void> {
  const card = await askCode("Pindai kartu peserta");
  if (!card) return;
  if (cards(ctx.body).some((read) => read.card === card)) {
    say("Kartu ini sudah terbaca.");
    return;
  }
  ctx.change((body) => {
    body["cards"] = [...cards(body), { card, at: new Date().toISOString() }];
  });
}

function readCards(ctx: Context): Field[] {
  const read = cards(ctx.body);
  const fields: Field[] = [{ type: "act", label: "Pindai kartu", icon: "scan", act: () => void scan(ctx) }];
  if (!read.length) return fields;
  const drop = (card: string): void =>
    ctx.change((body) => {
      body["cards"] = cards(body).filter((other) => other.card !== card);
    });
  fields.push({ type: "note", text: `${read.length} kartu terbaca. Yang tidak ditandai di daftar tidak dicatat absen.` });
  fields.push({
    type: "node",
    draw: () =>
      h("ul", { class: "f-list" }, read.map(({ card }) => h("li", {}, h("p", { class: "f-kept" }, icon("check"), card, h("button", { type: "button", class: "f-link", "aria-label": `Hapus kartu ${card}`, on: { click: () => drop(card) } }, "Hapus"))))),
  });
  return fields;
}

function recorded(vault: Vault, id: string, row: Session): boolean {
  return (row.came ?? 0) > 0 || vault.about("attendance", id).some((record) => record.state !== "wrong");
}

/** Sessions of each class: today's first, then those that were forgotten, then those to come. */
function queues(vault: Vault, today: string): Queue[] {
  const sessions = [...vault.rows<Session>("session")];
  const rank = (day: string): number => (day === today ? 0 : day < today ? 1 : 2);
  return [...new Set(sessions.map(([, row]) => row.class))].map((owner) => {
    const all = sessions.filter(([, row]) => row.class === owner);
    const open = all.filter(([id, row]) => !recorded(vault, id, row));
    open.sort(([, a], [, b]) => rank(a.held_on) - rank(b.held_on) || a.held_on.localeCompare(b.held_on));
    const left: Target[] = open.map(([id, row]) => ({
      id, title: `Pertemuan ${row.number}`, sub: [row.topic, row.starts_at, row.room].filter(Boolean).join(" · "),
      mark: row.held_on === today ? "hari ini" : shortDay(row.held_on), late: row.held_on < today,
    }));
    const next = open.find(([, row]) => row.held_on >= today)?.[1];
    return {
      title: className(vault, all[0]?.[1]), sub: next ? longDay(next.held_on) : "", done: all.length - open.length, total: all.length,
      words: `dari ${all.length} pertemuan sudah tercatat`, left,
    };
  });
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
    [...vault.rows<Session>("session")].map(([id, row]) => ({
      id, title: className(vault, row), sub: [`pertemuan ${row.number}`, shortDay(row.held_on), row.starts_at, row.room].filter(Boolean).join(" · "),
      // What is recorded goes to the end; it may be opened all the same, for who came late.
      order: Number(row.held_on.replace(/-/g, "")) + (recorded(vault, id, row) ? 1e8 : 0),
      ...(recorded(vault, id, row) ? { mark: "sudah tercatat" } : {}),
    })),
  queues,
  start: () => ({ present: [], cards: [] }),
  heading(vault, subject) {
    const row = vault.row<Session>("session", subject);
    return { title: className(vault, row), sub: row ? `Pertemuan ${row.number}, ${shortDay(row.held_on)}` : "" };
  },
  parts(ctx) {
    const session = ctx.vault.row<Session>("session", ctx.draft.subject);
    return [
      { key: "kartu", fields: [...(session?.topic ? [{ type: "note", text: session.topic } as Field] : []), ...readCards(ctx)] },
      { key: "hadir", fields: [{ type: "ticks", path: "present", label: "Siapa hadir", on: "hadir", rows: participants(ctx.vault, ctx.draft.subject) }] },
    ];
  },
  check(ctx): Flaw[] {
    const session = ctx.vault.row<Session>("session", ctx.draft.subject);
    if (session && session.held_on > ctx.today) return [{ path: "present", text: `Pertemuan ini baru ${shortDay(session.held_on)}.` }];
    return listAt(ctx.body, "present").length || cards(ctx.body).length ? [] : [{ path: "present", text: "Belum ada yang hadir. Tandai yang datang." }];
  },
  payload(ctx) {
    const present = new Set(listAt(ctx.body, "present"));
    const read = cards(ctx.body);
    const rows: Body[] = participants(ctx.vault, ctx.draft.subject)
      .filter((row) => present.has(row.id) || !read.length)
      .map((row) => ({ [row.guest ? "outsider" : "placement"]: row.id, present: present.has(row.id), method: "list" }));
    return { session: ctx.draft.subject, rows: [...rows, ...read.map(({ card, at }) => ({ card, at, present: true, method: "card" }))] };
  },
  summary: (body) => `${((body["rows"] as Body[] | undefined) ?? []).filter((row) => row["present"] === true).length} hadir`,
};
