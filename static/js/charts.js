// The table under a chart is its data. This only moves a cursor over the server-drawn SVG, fills the tip and
// the legend, and lets the arrow keys do the same.
const set = (element, attributes) => Object.entries(attributes).forEach(([name, value]) => element?.setAttribute(name, value))
const make = (tag, text = '') => Object.assign(document.createElement(tag), { textContent: text })

class Chart {
  constructor(plot, table) {
    this.plot = plot
    this.area = plot.querySelector('.area')
    this.heads = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim())
    this.rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()))
    this.heights = plot.dataset.y?.split(' ')
    this.legend = document.querySelector(`[data-legend="${CSS.escape(plot.dataset.chart)}"]`)
    this.at = this.rows.length - 1
    this.tip = Object.assign(make('div'), { className: 'tip', hidden: true })
    this.tip.setAttribute('aria-hidden', 'true')
    plot.append(this.tip)
    this.listen()
  }

  listen() {
    const { plot } = this
    plot.addEventListener('pointermove', (event) => this.show(this.under(event.clientX)))
    plot.addEventListener('pointerleave', () => this.hide())
    plot.addEventListener('blur', () => this.hide())
    plot.addEventListener('focus', () => plot.matches(':focus-visible') && this.show(this.at))
    plot.addEventListener('keydown', (event) => this.key(event))
  }

  under(x) {
    const box = this.area.getBoundingClientRect()
    return Math.floor(((x - box.left) / box.width) * this.rows.length)
  }

  key(event) {
    const { at } = this
    const last = this.rows.length - 1
    const steps = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: last, PageDown: at - 7, PageUp: at + 7 }
    if (event.key === 'Escape') return this.hide()
    if (!(event.key in steps)) return
    event.preventDefault()
    this.show(steps[event.key])
  }

  show(wanted) {
    const count = this.rows.length
    this.at = Math.max(0, Math.min(count - 1, wanted))
    const row = this.rows[this.at]
    const x = ((this.at + 0.5) / count) * 100
    this.plot.classList.add('on')
    this.mark(x, count)
    this.fillTip(row, x)
    this.fillLegend(row)
    set(this.plot, { 'aria-valuenow': this.at + 1, 'aria-valuetext': `${row[0]}: ${this.heads.map((head, n) => `${head} ${row[n + 1]}`).join(', ')}` })
  }

  mark(x, count) {
    set(this.plot.querySelector('.band'), { x: `${(this.at / count) * 100}%`, width: `${100 / count}%` })
    set(this.plot.querySelector('.rule'), { x1: `${x}%`, x2: `${x}%` })
    if (!this.heights) return
    const gap = this.heights[this.at] === '-'
    set(this.plot.querySelector('.dot'), gap ? { cx: -9, cy: 0 } : { cx: `${x}%`, cy: `${this.heights[this.at]}%` })
  }

  fillTip(row, x) {
    const lines = this.heads.map((head, n) => {
      const line = make('div')
      line.append(head, make('b', row[n + 1]))
      return line
    })
    this.tip.replaceChildren(make('p', row[0]), ...lines)
    this.tip.hidden = false
    const [area, plot] = [this.area.getBoundingClientRect(), this.plot.getBoundingClientRect()]
    const left = area.left - plot.left + (area.width * x) / 100
    const width = this.tip.offsetWidth
    this.tip.style.translate = `${left + width + 20 > plot.width ? Math.max(0, left - width - 14) : left + 14}px 4px`
  }

  fillLegend(row) {
    this.legend?.querySelectorAll('[data-k]').forEach((value) => { value.textContent = row[value.dataset.k] })
    const when = this.legend?.querySelector('[data-when]')
    if (when) when.textContent = row[0]
  }

  hide() {
    this.plot.classList.remove('on')
    this.tip.hidden = true
    this.legend?.querySelectorAll('[data-all]').forEach((value) => { value.textContent = value.dataset.all })
  }
}

function draw(root) {
  root.querySelectorAll?.('.plot[data-chart]:not(:has(> .tip))').forEach((plot) => {
    const table = document.getElementById(plot.dataset.chart)
    if (table?.tBodies[0]?.rows.length) new Chart(plot, table)
  })
}

draw(document)
document.addEventListener('htmx:load', ({ detail }) => draw(detail.elt))
