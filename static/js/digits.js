// Digits inside the focused [data-digits] group: 1-9 and 0 choose [data-digit], letters [data-letter],
// "." adds a half star; a chosen radio moves focus to the next group; Enter saves the form.
// Escape in a text field of a wrap-up leads back to the keys: to the first group nobody has answered.
const isShown = (element) => element.checkVisibility?.() ?? element.offsetParent !== null
const isText = (target) => target.matches('textarea, select, input:not([type=radio], [type=checkbox])')

function choose(input) {
  if (input.disabled) return
  input.checked = input.type === 'radio' || !input.checked
  input.dispatchEvent(new Event('input', { bubbles: true }))
  input.dispatchEvent(new Event('change', { bubbles: true }))
}

function focusNext(group) {
  const groups = [...group.closest('form').querySelectorAll('[data-digits]')].filter(isShown)
  const next = groups[groups.indexOf(group) + 1]
  const input = (next ?? group).querySelector('input:checked') ?? (next ?? group).querySelector('input')
  input?.focus()
}

function leaveText(form) {
  const groups = [...form.querySelectorAll('[data-digits]')].filter(isShown)
  const group = groups.find((one) => !one.querySelector('input:checked')) ?? groups[0]
  const input = group?.querySelector('input:checked') ?? group?.querySelector('input')
  input?.focus()
  return Boolean(input)
}

function save(form) {
  form.requestSubmit(form.querySelector('[data-enter-button]') ?? undefined)
}

function addHalf(form) {
  const stars = [...form.querySelectorAll('.stars input')]
  const next = stars[stars.findIndex((star) => star.checked) + 1]
  const chosen = stars.find((star) => star.checked)
  if (chosen && next && Number.isInteger(Number(chosen.value))) choose(next)
}

function take(group, key) {
  const name = /^[0-9]$/.test(key) ? 'digit' : 'letter'
  const input = group.querySelector(`input[data-${name}="${CSS.escape(key)}"]`)
  if (!input) return false
  choose(input)
  if (input.type !== 'radio') input.focus()
  else if (input.hasAttribute('data-save-at-once')) save(group.closest('form'))
  else focusNext(group)
  return true
}

document.addEventListener('keydown', (event) => {
  const form = event.key === 'Escape' && !event.isComposing && event.target.closest?.('.wrapup')
  if (form && isText(event.target) && document.body.dataset.shortcuts !== 'off' && leaveText(form)) event.preventDefault()
})

document.addEventListener('keydown', (event) => {
  const group = event.target.closest?.('[data-digits]')
  if (!group || isText(event.target) || document.body.dataset.shortcuts === 'off') return
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return
  const form = group.closest('form')
  if (event.key === 'Enter') save(form)
  else if (event.key === '.') addHalf(form)
  else if (!/^[0-9a-z]$/i.test(event.key) || !take(group, event.key.toLowerCase())) return
  event.preventDefault()
})
