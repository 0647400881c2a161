// A button that copies the field it names. Without scripts it stays hidden: one selects and copies.
const show = (root) => {
  for (const button of root.querySelectorAll('[data-copy]')) button.hidden = false
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy)
  const said = document.getElementById(`${button.dataset.copy}-copied`)
  field.select()
  try {
    await navigator.clipboard.writeText(field.value)
    said.textContent = button.dataset.copied
  } catch {
    said.textContent = 'Copying is not allowed here. The text is selected: press Ctrl+C.'
  }
}

show(document)
document.addEventListener('htmx:load', ({ detail }) => show(detail.elt))
document.addEventListener('click', ({ target }) => {
  const button = target.closest?.('[data-copy]')
  if (button) copy(button)
})
