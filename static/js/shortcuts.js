// Keys with a modifier. data-key="alt+c" on a link or button presses it; data-key-scope names an element
// that must hold the focus. Ctrl+Enter sends form[data-ctrl-enter], Shift+? shows the list.
const isOff = () => document.body.dataset.shortcuts === 'off'
const isShown = (element) => element.checkVisibility?.() ?? element.offsetParent !== null
const isTyping = (target) => target.matches?.('input, textarea, select, [contenteditable]')

function inScope(element) {
  const scope = element.dataset.keyScope
  return !scope || document.getElementById(scope)?.contains(document.activeElement)
}

function press(event) {
  // event.code: with Alt a Mac types another letter than the one on the key
  const key = `alt+${event.code.replace('Key', '').toLowerCase()}`
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((e) => isShown(e) && inScope(e))
  if (!found) return
  event.preventDefault()
  found.focus()
  found.click()
}

function send(event) {
  const form = event.target.closest?.('form[data-ctrl-enter]') ?? [...document.querySelectorAll('form[data-ctrl-enter]')].find(isShown)
  if (!form) return
  event.preventDefault()
  // A click, not requestSubmit: htmx sends a button's name and value only when it saw it pressed.
  const button = form.querySelector('[data-ctrl-enter-button]')
  if (button) button.click()
  else form.requestSubmit()
}

document.addEventListener('keydown', (event) => {
  if (isOff() || event.repeat || event.isComposing) return
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send(event)
  else if (event.altKey && !event.ctrlKey && !event.metaKey) press(event)
  else if (event.key === '?' && !isTyping(event.target)) document.getElementById('keys')?.showModal()
})
