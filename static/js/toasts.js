// Messages go away by themselves when there is nothing to do in them and nobody is looking at them.
const LONG_ENOUGH = 6000 // milliseconds to read one sentence twice
const box = document.getElementById('toasts')

const hasAction = (toast) => toast.querySelector('a, form')

function leave(toast) {
  if (!toast.isConnected) return
  if (toast.matches(':hover, :focus-within')) setTimeout(leave, LONG_ENOUGH, toast)
  else toast.remove()
}

function watch(toast) {
  if (toast.matches?.('.toast') && !hasAction(toast)) setTimeout(leave, LONG_ENOUGH, toast)
}

if (box) {
  box.querySelectorAll('.toast').forEach(watch)
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(watch))).observe(box, { childList: true })
}

document.addEventListener('click', ({ target }) => {
  if (target.closest('[data-dismiss]')) target.closest('.toast, .banner')?.remove()
})
