// [data-clock-from] counts up, [data-clock-to] down, both ISO times; data-clock-stop freezes what the server
// wrote. data-clock-now is the server's time at rendering: it corrects a computer whose clock is wrong.
const skews = new WeakMap()

function skew(element) {
  if (!skews.has(element)) skews.set(element, element.dataset.clockNow ? Date.parse(element.dataset.clockNow) - Date.now() : 0)
  return skews.get(element)
}

function words(seconds) {
  const two = (number) => String(number).padStart(2, '0')
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`
}

function tick(element) {
  const now = Date.now() + skew(element)
  const { clockFrom, clockTo } = element.dataset
  const passed = clockFrom ? now - Date.parse(clockFrom) : Date.parse(clockTo) - now
  if (Number.isNaN(passed)) return
  element.textContent = words(Math.max(0, Math.floor(passed / 1000)))
  if (clockTo && passed <= 0 && !element.hasAttribute('data-clock-stop')) {
    element.setAttribute('data-clock-stop', '')
    if (element.dataset.clockOver) element.textContent = element.dataset.clockOver
    element.dispatchEvent(new CustomEvent('clock-done', { bubbles: true }))
  }
}

const tickAll = () => document.querySelectorAll(':is([data-clock-from], [data-clock-to]):not([data-clock-stop])').forEach(tick)
setInterval(tickAll, 1000)
document.addEventListener('htmx:afterSettle', tickAll)
tickAll()
