// What is polled rests while nobody sees it, and what somebody reads is not swapped under them.
const REST = 20_000 // milliseconds between two askings for a whole board; the last change is never left out
const asked = new Map()
const isRead = (element) => element.contains(document.activeElement) || element.querySelector('details[open], .plot.on')

document.addEventListener('htmx:beforeRequest', (event) => {
  const { elt } = event.detail
  if (elt.matches('[data-while-seen]') && document.hidden) event.preventDefault()
  if (!elt.matches('[data-steady]')) return
  const rests = (asked.get(elt.id) ?? -REST) + REST - performance.now()
  if (rests > 0) setTimeout(catchUp, rests)
  else if (!isRead(elt)) return asked.set(elt.id, performance.now())
  event.preventDefault()
  elt.dataset.missed = 'yes'
})

document.addEventListener('visibilitychange', () => {
  if (!document.hidden) document.querySelectorAll('[data-while-seen]').forEach((element) => window.htmx.trigger(element, 'seen'))
})

// Once they are done, what was missed is asked for.
const catchUp = () => document.querySelectorAll('[data-steady][data-missed]').forEach((element) => {
  if (isRead(element)) return
  delete element.dataset.missed
  window.htmx.trigger(document.body, 'figures-changed')
})
document.addEventListener('focusout', () => setTimeout(catchUp))
document.addEventListener('toggle', catchUp, true)
