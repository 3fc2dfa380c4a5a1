/* The search of a static site: loads the lists of the words of a search, and shows the versions with all of
   them, by retailer, each with a passage. Words are divided and hashed as in db/site/search_index.py. */
"use strict";
(() => {
  const WORD = /[\p{L}\p{N}\p{Co}]+/gu;
  const WITH_MARKS = /[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{Co}\p{M}]*/gu;
  const BLOCKS = "p, li, td, th, h2, h3, h4, h5, h6";
  const AROUND = 160; // characters of a passage before and after the first found word
  const status = document.getElementById("status");
  const list = document.getElementById("found");
  const input = document.getElementById("words");
  const loaded = new Map();
  let search = 0;

  const words = (text) =>
    text.toLowerCase().normalize("NFKD").replace(/\p{M}+/gu, "").match(WORD) ?? [];

  function json(path) {
    if (!loaded.has(path)) {
      const answer = fetch(path).then((response) => {
        if (!response.ok) throw new Error(`${path}: ${response.status}`);
        return response.json();
      });
      answer.catch(() => loaded.delete(path));
      loaded.set(path, answer);
    }
    return loaded.get(path);
  }

  function chunkOf(entry, chunks) {
    let value = 7;
    for (const byte of new TextEncoder().encode(entry)) value = (value * 31 + byte) % 1000003;
    return value % chunks;
  }

  /* The phrases of a question, each a list of words. A word outside of quotes is a phrase of one word. */
  function phrases(question) {
    return question
      .split('"')
      .flatMap((part, at) => (at % 2 ? [words(part)] : words(part).map((word) => [word])))
      .filter((phrase) => phrase.length);
  }

  const entries = (phrase) =>
    phrase.length === 1 ? phrase : phrase.slice(1).map((word, at) => `${phrase[at]} ${word}`);

  async function versionsWith(entry, chunks) {
    const chunk = await json(`search/words-${chunkOf(entry, chunks)}.json`);
    const found = new Set();
    if (!Object.hasOwn(chunk, entry)) return found;
    for (const range of chunk[entry].split(" ")) {
      const [first, last = first] = range.split("-").map(Number);
      for (let id = first; id <= last; id += 1) found.add(id);
    }
    return found;
  }

  async function matching(wanted, chunks) {
    const sets = await Promise.all(wanted.flatMap(entries).map((entry) => versionsWith(entry, chunks)));
    return new Set([...sets[0]].filter((id) => sets.every((set) => set.has(id))));
  }

  /* The retailers with matching versions. `runs` are versions that follow each other. */
  function byRetailer(retailers, ids) {
    let id = 0;
    const groups = [];
    for (const retailer of retailers) {
      const runs = [];
      let previous = false;
      for (const version of retailer.versions) {
        const found = ids.has(id);
        if (found && previous) runs.at(-1).push(version);
        else if (found) runs.push([version]);
        previous = found;
        id += 1;
      }
      if (runs.length) groups.push({ retailer, runs });
    }
    return groups;
  }

  function make(tag, text, attributes = {}) {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

  function runLine(run, latest) {
    const [[number, since, , page], [last, , until]] = [run[0], run.at(-1)];
    const line = make("p", "", { class: "when" });
    const label = number === last ? `Version ${number}` : `Versions ${number} to ${last}`;
    line.append(make("a", label, { href: page }), ` seen from ${since} to ${until}`);
    if (last === latest) line.append(", the latest known version");
    return line;
  }

  function placesOf(phrase, found) {
    const places = [];
    for (let at = 0; at + phrase.length <= found.length; at += 1) {
      if (phrase.every((word, next) => found[at + next] === word)) places.push(at);
    }
    return places;
  }

  /* The text of a block, its words that belong to a phrase, how many words the phrases in it have, and the
     first word of the longest one. */
  function foundIn(block, wanted) {
    const text = block.textContent.replace(/\s+/g, " ").trim();
    const parts = [...text.matchAll(WITH_MARKS)];
    const found = parts.map((part) => words(part[0]).join(""));
    const marked = new Set();
    let weight = 0;
    let center = null;
    for (const phrase of [...wanted].sort((one, other) => other.length - one.length)) {
      const places = placesOf(phrase, found);
      places.forEach((place) => phrase.forEach((_, next) => marked.add(parts[place + next])));
      if (!places.length) continue;
      weight += phrase.length;
      center ??= parts[places[0]];
    }
    return { block, text, marked: parts.filter((part) => marked.has(part)), weight, center };
  }

  function bestPassage(article, wanted) {
    let best = { weight: 0 };
    for (const block of article.querySelectorAll(BLOCKS)) {
      if (block.querySelector(BLOCKS)) continue;
      const found = foundIn(block, wanted);
      if (found.weight > best.weight) best = found;
    }
    return best.weight ? best : null;
  }

  function headingBefore(article, block) {
    const headings = [...article.querySelectorAll("[id]")];
    return headings.findLast((heading) =>
      heading === block || heading.compareDocumentPosition(block) & Node.DOCUMENT_POSITION_FOLLOWING);
  }

  function snippet({ text, marked, center }) {
    const line = make("p", "", { class: "snippet" });
    const from = center.index > AROUND ? text.indexOf(" ", center.index - AROUND) + 1 : 0;
    const end = Math.max(center.index + AROUND, 2 * AROUND);
    const to = end < text.length ? Math.max(text.lastIndexOf(" ", end), center.index + center[0].length) : text.length;
    let at = from;
    if (from) line.append("… ");
    for (const part of marked) {
      if (part.index < from || part.index + part[0].length > to) continue;
      line.append(text.slice(at, part.index), make("mark", part[0]));
      at = part.index + part[0].length;
    }
    line.append(text.slice(at, to), to < text.length ? " … " : " ");
    return line;
  }

  async function articleOf(page) {
    const answer = await fetch(page);
    if (!answer.ok) throw new Error(`${page}: ${answer.status}`);
    const other = new DOMParser().parseFromString(await answer.text(), "text/html");
    return other.querySelector("article.policy");
  }

  function passage(article, [number, , , page], wanted) {
    const best = bestPassage(article, wanted);
    if (!best) return "";
    const heading = headingBefore(article, best.block);
    const line = snippet(best);
    const label = heading ? `Version ${number}, “${heading.textContent}”` : `Version ${number}`;
    line.append("(", make("a", label, { href: heading ? `${page}#${heading.id}` : page }), ")");
    return line;
  }

  /* Add a passage of the newest version to a retailer. Runs without a phrase of three or more words are left
     out: the index knows only that its pairs of words are there. */
  async function complete({ retailer, runs, item }, wanted) {
    const long = wanted.filter((phrase) => phrase.length > 2);
    const kept = [];
    let shown = "";
    for (const run of long.length ? runs : runs.slice(-1)) {
      const article = await articleOf(run.at(-1)[3]);
      const found = words(article.textContent);
      if (long.every((phrase) => placesOf(phrase, found).length)) {
        kept.push(run);
        shown = passage(article, run.at(-1), wanted);
      }
    }
    const left = long.length ? kept : runs;
    show(item, retailer, left);
    item.append(shown);
    if (!left.length) item.remove();
    return left;
  }

  function show(item, retailer, runs) {
    const heading = make("h2", "");
    heading.append(make("a", retailer.name, { href: retailer.page }));
    item.replaceChildren(heading, ...runs.map((run) => runLine(run, retailer.versions.at(-1)[0])));
  }

  function summary(groups) {
    const versions = groups.flat().reduce((sum, run) => sum + run.length, 0);
    const retailers = groups.filter((runs) => runs.length).length;
    return versions
      ? `${count(versions, "version")} of ${count(retailers, "retailer")}.`
      : "No version has all of these words.";
  }

  async function results(wanted, isCurrent) {
    const index = await json("search/index.json");
    const ids = await matching(wanted, index.chunks);
    if (!isCurrent()) return;
    const groups = byRetailer(index.retailers, ids).map((group) => ({ ...group, item: make("li", "") }));
    for (const { retailer, runs, item } of groups) show(item, retailer, runs);
    list.replaceChildren(...groups.map(({ item }) => item));
    const runs = groups.map((group) => group.runs);
    if (!wanted.some((phrase) => phrase.length > 2)) status.textContent = summary(runs);
    for (const [at, group] of groups.entries()) {
      runs[at] = await complete(group, wanted);
      if (!isCurrent()) return;
    }
    status.textContent = summary(runs);
  }

  async function run() {
    const own = (search += 1);
    const wanted = phrases(input.value);
    list.replaceChildren();
    status.textContent = "";
    if (!wanted.length) return;
    if (location.protocol === "file:") {
      status.textContent = "The search needs a web server: a browser does not load its index from files.";
      return;
    }
    status.textContent = "Searching …";
    try {
      await results(wanted, () => own === search);
    } catch {
      if (own === search) status.textContent = "The index of the search could not be loaded. Try again.";
    }
  }

  document.getElementById("search").addEventListener("submit", (event) => {
    event.preventDefault();
    const question = new URLSearchParams({ q: input.value });
    if (location.protocol !== "file:") history.replaceState(null, "", `?${question}`);
    run();
  });
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  run();
})();
