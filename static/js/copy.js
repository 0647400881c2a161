// A button that copies the field it names. Without scripts it stays hidden: one selects and copies.
for (const button of document.querySelectorAll('[data-copy]')) {
  const field = document.getElementById(button.dataset.copy)
  const said = document.getElementById(`${button.dataset.copy}-copied`)
  button.hidden = false
  button.addEventListener('click', async () => {
    field.select()
    try {
      await navigator.clipboard.writeText(field.value)
      said.textContent = button.dataset.copied
    } catch {
      said.textContent = 'Copying is not allowed here. The secret is selected: press Ctrl+C.'
    }
  })
}
