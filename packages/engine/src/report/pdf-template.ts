/** The layout of the PDF in Typst. It reads `sys.inputs.data` only; it has no file and no text of a user in its source. */
export const TEMPLATE =
  `
#let d = json(bytes(sys.inputs.data))
#let t = d.date
#set document(title: d.title, author: "Custos", date: datetime(year: t.year, month: t.month, day: t.day, hour: t.hour, minute: t.minute, second: t.second))
#let mono = "DejaVu Sans Mono"
#set text(font: ("IBM Plex Sans", mono), fallback: false, size: 9pt, lang: "en", fill: rgb("#16202e"), hyphenate: false)
#show raw: set text(font: (mono, "IBM Plex Sans"), size: 1.08em)
#let soft = rgb("#4a5768")
#let line-colour = rgb("#cfd6df")
#let ink = (pass: rgb("#115c34"), fail: rgb("#9b1616"), inconclusive: rgb("#6f4400"), not_applicable: soft)
#let paper = (pass: rgb("#dff2e6"), fail: rgb("#fde6e4"), inconclusive: rgb("#fdeecd"), not_applicable: rgb("#eceff3"))
#set page(paper: "a4", margin: (x: 18mm, top: 20mm, bottom: 18mm),
  header: context if counter(page).get().first() > 1 { text(size: 8pt, fill: soft, grid(columns: (1fr, auto), column-gutter: 12pt, box(height: 1em, clip: true, d.system.name), [#d.standard.name #d.standard.version])) },
  footer: context text(size: 8pt, fill: soft, grid(columns: (1fr, auto), [As of #d.readable. No certificate.], [Page #counter(page).display() of #counter(page).final().first()])))
#set par(leading: 0.6em, spacing: 0.9em)
#show heading: set text(weight: 600)
#show heading.where(level: 1): it => block(above: 2em, below: 0.9em, sticky: true, text(size: 15pt, it.body))
#show heading.where(level: 2): it => block(above: 1.6em, below: 0.7em, sticky: true, text(size: 11pt, it.body))
#set table(stroke: (x, y) => (bottom: 0.5pt + line-colour), inset: (x: 4pt, y: 4.5pt), align: left + top)
#show table.cell: set text(size: 8pt)
#show table.cell: set par(leading: 0.5em)
#let rich(s) = { let parts = s.split("` +
  '`' +
  String.raw`"); if calc.odd(parts.len()) { for (i, p) in parts.enumerate() { if calc.odd(i) { raw(p) } else { p } } } else { s } }
#let badge(v, before: "") = box(fill: paper.at(v), inset: (x: 3.5pt), outset: (y: 2.2pt), radius: 2pt, text(fill: ink.at(v), weight: 600, size: 0.95em)[#before#d.signs.at(v)~#d.words.at(v)])
#let head(..cells) = table.header(..cells.pos().map(c => text(fill: soft, weight: 600, c)))
#let lead(body) = text(fill: soft, body)
#let bold(body) = text(weight: 600, body)

#text(fill: soft, size: 10pt)[Conformity report against #d.standard.name #d.standard.version]
#v(-0.4em)
#text(size: 23pt, weight: 600, d.system.name)
#v(0.2em)
#grid(columns: (auto,) * 4, column-gutter: 22pt, row-gutter: 5pt,
  lead[Evaluated as of], lead[Fingerprint], lead[Specification], lead[Ledger],
  [#d.readable], raw(d.fingerprintShort), raw(d.specificationShort), [#d.records])
#if not d.system.declared [#lead[This system is not declared: there is no custos.yaml.]]

= Summary
#block(width: 100%, fill: paper.at(d.outcome.verdict), stroke: 0.6pt + ink.at(d.outcome.verdict), radius: 4pt, inset: 11pt)[
  #text(size: 13pt, weight: 600, fill: ink.at(d.outcome.verdict))[#d.signs.at(d.outcome.verdict)  #d.outcome.headline]
  #v(-0.3em)
  #d.outcome.detail
]
#let figures = d.legend.map(l => l.verdict)
#table(columns: (1fr, 60pt, 60pt), align: (left, right, right), head([Duties], [Shall], [Should]),
  ..figures.map(v => (badge(v), bold(str(d.counts.shall.at(v))), bold(str(d.counts.should.at(v))))).flatten(),
  ..if d.counts.shall.waived + d.counts.should.waived > 0 { ([of these, waived for now], str(d.counts.shall.waived), str(d.counts.should.waived)) })
#let squares(p, norm) = {
  let all = p.provisions.map(q => q.duties).flatten().filter(x => x.norm == norm)
  if all.len() == 0 { lead[none] } else { all.map(x => box(width: 11pt, height: 11pt, radius: 2pt, fill: paper.at(x.verdict), align(center + horizon, text(size: 7.5pt, weight: 600, fill: ink.at(x.verdict), d.signs.at(x.verdict))))).join(h(2.5pt)) }
}
#table(columns: (1fr, 200pt, 100pt), align: left + horizon, head([Every duty, by principle], [Shall], [Should]),
  ..d.principles.map(p => ([#p.number. #p.title], squares(p, "shall"), squares(p, "should"))).flatten())
#for l in d.legend [#badge(l.verdict) #h(4pt) #lead(l.meaning) \ ]

= What to do next
#if d.steps.len() == 0 [Nothing is open. Keep the evidence fresh.] else [
  #lead[Mandatory failures come first, then what is missing for mandatory duties, then recommendations. DUTY stands for each of the duties named.]
  #table(columns: (16pt, 1fr, 150pt), head([No.], [Step and reason], [Duties]),
    ..d.steps.enumerate().map(((i, s)) => ([#(i + 1)],
      [#bold(rich(if s.action != "" { s.action } else { s.problem })) #if s.action != "" { linebreak(); lead(rich(s.problem)) }],
      [#badge(s.verdict) #s.norm \ #lead(s.duties.join(", "))])).flatten())
]

= Implementation conformance statement
#lead[Which duties apply to this system, computed from facts. A duty that does not apply is looked at again when its fact changes.]
#table(columns: (1.4fr, 48pt, 54pt, 1.4fr), head([Fact], [Holds], [Known from], [Why]),
  ..d.features.map(f => (f.text, bold(f.value), f.from, [#rich(f.reason) #if f.contradiction != "" { bold[Contradiction: #rich(f.contradiction)] }])).flatten())
#for p in d.principles [
  #table(columns: (52pt, 1.2fr, 36pt, 58pt, 1.4fr), head([Duty], [Principle #p.number], [Verb], [Applies], [Reason]),
    ..p.provisions.map(q => q.duties.map(x => (x.id, x.text, x.norm, x.applies.word, rich(x.applies.reason)))).flatten())
]

= Verdict per duty
#for p in d.principles [
  == #if p.number > 0 [#p.number. ]#p.title
  #table(columns: (1.25fr, 66pt, 1.5fr, 1.1fr, 62pt), head([Duty], [Verdict], [Why], [Evidence], [Holds until]),
    ..p.provisions.map(q => (
      table.cell(colspan: 5, fill: rgb("#f3f5f8"))[#bold[#q.id #q.title] #h(4pt) #if q.shall != none { badge(q.shall, before: "shall: ") } #h(3pt) #if q.should != none { badge(q.should, before: "should: ") }],
      ..q.duties.map(x => (
        [#bold(x.id) #lead(x.norm) \ #x.text \ #lead(x.roles.join(", "))],
        [#badge(x.verdict) #if x.waived [\ waived]],
        [#if x.verdict == "not_applicable" { rich(x.applies.reason) } else { x.reasons.map(r => [#rich(r.message) #lead(r.code)]).join(parbreak()) }],
        [#if x.evidence.len() + x.absent.len() == 0 { lead[none] } else { (x.evidence.map(o => [#o.type #raw(o.short)]) + x.absent.map(o => [#raw(o) (not in this export)])).join(linebreak()) }],
        [#x.validUntil #if x.validUntil != "" { linebreak() } #lead(x.reopens.map(r => box(r.id)).join(", "))])).flatten())).flatten())
]

= Evidence
#if d.evidence.len() == 0 [No verdict rests on recorded evidence.] else {
  table(columns: (74pt, 1fr, 1fr, 1.1fr, 52pt, 52pt, 1.3fr), head([Id], [Type], [Producer], [Actor and role], [Observed], [Valid until], [Used by]),
    ..d.evidence.map(o => (raw(o.short), o.type, o.producer, if o.actor == "" { "machine" } else { o.actor }, o.observedAt, o.validUntil, lead(o.usedBy.join(", ")))).flatten())
}

= Inventory
#if d.assets == 0 [No asset was found or declared. That is unknown, not empty.] else [
  #d.kinds.
  #figure(image(bytes(d.svg), format: "svg", alt: d.svgText, width: calc.min(174mm, d.svgWidth * 0.72pt)), alt: d.svgText, numbering: none, supplement: none,
    caption: text(fill: soft)[#if d.grouped [Grouped by kind, because single assets would be too many to read.] else [Each box is an asset.] All assets and relations are in tables 3 and 4 below.])
]

= Findings
#if d.findings.len() == 0 [The scan reported no finding. What it could not read is listed in the next section.] else {
  table(columns: (48pt, 1.6fr, 1fr, 1fr), head([Severity], [What], [Where], [Rule]),
    ..d.findings.map(f => (bold(f.severity), rich(f.message), raw(f.where), raw(f.rule))).flatten())
}
#if d.moreFindings > 0 [#d.moreFindings more in the JSON document.]

= What could not be checked
#if d.unknownCount == 0 [Everything in scope could be read.] else [
  #lead[Nothing is known about what is listed here, and no verdict treats it as clean.]
  #for g in d.unknowns [
    #table(columns: (1fr, 1.4fr), head([#g.scanner: #g.code (#g.size)], [Why]), ..g.items.map(i => (raw(i.where), rich(i.message))).flatten())
    #if g.size > g.items.len() [#(g.size - g.items.len()) more in the JSON document.]
  ]
]

= Information for testing (IXIT)
#for x in d.ixit [
  == #x.number. #x.title
  #if x.rows.len() == 0 { lead[No information recorded.] } else {
    table(columns: (1fr,) * x.columns.len(), head(..x.columns), ..x.rows.flatten().map(rich))
  }
  #x.note
]

= Ledger checkpoint
#d.records, #if d.ledger.root == "" [no root.] else [root #raw(d.ledger.root).]

#if d.note.len() == 0 [No signed checkpoint was given to this report.] else [Signed checkpoint: #block(fill: rgb("#f3f5f8"), inset: 8pt, radius: 3pt, width: 100%, d.note.map(l => raw(l)).join(linebreak()))]

Specification digest #raw(d.standard.digest). Fingerprint of the system #if d.fingerprint == "" [none.] else [#raw(d.fingerprint).]

= What this report does not claim
#list(..d.claims)
`;
