// A link or button with data-dialog-open="id" opens that <dialog>; without scripts the link goes to a page
// that asks the same question.
document.addEventListener('click', (event) => {
  const { target } = event
  const dialog = document.getElementById(target.closest('[data-dialog-open]')?.dataset.dialogOpen)
  if (dialog) {
    event.preventDefault()
    dialog.showModal()
  } else if (target.closest('[data-dialog-close]') || target.matches('dialog[open]')) {
    event.preventDefault()
    target.closest('dialog').close() // a press beside the dialog lands on the dialog itself
  }
})
