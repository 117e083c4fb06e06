// IndexedDB through Dexie. Only ids, states, sizes and expiry stand in clear; everything else is sealed.
import { Dexie, type Table } from "dexie";
import type { KeptDraft, KeptFile, KeptPack, KeptRecord, KeptValue, Person } from "./types";

export const NAME = "berdaya-lapangan";

export class Database extends Dexie {
  people!: Table<Person, string>;
  values!: Table<KeptValue, [string, string]>;
  packs!: Table<KeptPack, [string, string]>;
  drafts!: Table<KeptDraft, string>;
  records!: Table<KeptRecord, string>;
  files!: Table<KeptFile, string>;

  constructor(name = NAME) {
    super(name);
    this.version(1).stores({
      people: "id",
      values: "[person+name], person",
      packs: "[person+key], person, expires_at",
      drafts: "id, person",
      records: "id, person, [person+state]",
      files: "id, person, record, [person+state]",
    });
    // 2: who used the phone last stands first at the door.
    this.version(2)
      .stores({ people: "id, used_at" })
      .upgrade((change) =>
        change
          .table<Person>("people")
          .toCollection()
          .modify((person) => {
            person.used_at = 0;
          }),
      );
  }

  /** Everything of one person, or of everybody. */
  async wipe(person?: string): Promise<void> {
    if (person === undefined) {
      await this.delete();
      return;
    }
    await this.transaction("rw", this.tables, async () => {
      await Promise.all([
        this.people.delete(person),
        this.values.where({ person }).delete(),
        this.packs.where({ person }).delete(),
        this.drafts.where({ person }).delete(),
        this.records.where({ person }).delete(),
        this.files.where({ person }).delete(),
      ]);
    });
  }
}

export const db = new Database();
