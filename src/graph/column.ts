import { longList } from '../model/long-list.ts';

const pieceBits = 15;
const pieceLength = 1 << pieceBits;
const within = pieceLength - 1;

/** A list of small numbers that grows by pieces: one that doubles is copied each time, leaves as much behind as it holds, and ends with up to half of it empty. */
export class Column {
  readonly #pieces: Uint32Array[] = [];
  #last = new Uint32Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    const place = this.#length & within;
    if (place === 0 && this.#length > 0) {
      this.#pieces.push(this.#last);
      this.#last = longList(Uint32Array, pieceLength);
    } else if (place === this.#last.length) {
      // The first piece alone: most tables are small.
      const more = new Uint32Array(place * 2);
      more.set(this.#last);
      this.#last = more;
    }
    this.#last[place] = value;
    this.#length++;
  }

  at(position: number): number {
    const piece = this.#pieces[position >> pieceBits] ?? this.#last;
    return piece[position & within] ?? 0;
  }

  /** A list of the values, or of what a list has at each value. */
  list(means?: Uint32Array): Uint32Array {
    const made = longList(Uint32Array, this.#length);
    let at = 0;
    for (const piece of [...this.#pieces, this.#last]) {
      const end = Math.min(piece.length, this.#length - at);
      if (means === undefined) made.set(piece.subarray(0, end), at);
      else for (let place = 0; place < end; place++) made[at + place] = means[piece[place] ?? 0] ?? 0;
      at += end;
    }
    return made;
  }
}
