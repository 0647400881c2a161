// After a swap: focus what the server marked with data-focus, or the first field that was refused.
// A mark with a value ("wrapup-812") is followed once, so that a polled fragment never steals focus again.
const followed = new Set()

const isTyping = () => document.activeElement?.matches('textarea, input:not([type=radio], [type=checkbox])') && document.activeElement.value !== ''

function marked(root) {
  const element = root.matches('[data-focus]') ? root : root.querySelector('[data-focus]')
  if (!element || followed.has(element.dataset.focus)) return null
  if (element.dataset.focus) followed.add(element.dataset.focus)
  return element
}

function refused(root) {
  const first = root.querySelector('[aria-invalid=true]')
  return first?.matches('fieldset, [role=group]') ? first.querySelector('input, select, textarea') : first
}

document.addEventListener('htmx:afterSettle', ({ detail }) => {
  const root = detail.elt
  if (!root?.querySelector) return
  if (detail.xhr?.status === 422) return refused(root)?.focus()
  const element = marked(root)
  if (element && !isTyping()) element.focus()
})

// A page that was answered whole (no htmx) with an error summary starts at the first refused field.
if (document.querySelector('.errors[role=alert]')) refused(document)?.focus()
