// The caller ids of the one through whom the call goes: those of the others are not offered.
function offer(form) {
  const through = form.elements.provider
  const numbers = form.elements.outbound_number
  if (!through?.selectedOptions || !numbers) return
  const name = through.selectedOptions[0].text
  for (const group of numbers.querySelectorAll('optgroup')) {
    group.hidden = group.disabled = group.label !== name && !(group.label === 'Yours' && through.value === 'ccai')
  }
  if (numbers.selectedOptions[0]?.parentElement.disabled) numbers.value = ''
}

document.addEventListener('change', ({ target }) => { if (target.name === 'provider' && target.form) offer(target.form) })
for (const form of document.forms) if (form.elements.provider) offer(form)
