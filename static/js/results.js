// Arrow keys between a search field and the links under it; Escape goes back to the field.
document.addEventListener('keydown', (event) => {
  const search = event.target.closest?.('[data-results]')
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (!search || (!step && event.key !== 'Escape')) return
  const field = search.querySelector('input[type=search]')
  const stops = [field, ...search.querySelectorAll('.results a')]
  const next = step ? stops[stops.indexOf(event.target) + step] : field
  if (!next || next === event.target) return
  event.preventDefault()
  next.focus()
})
