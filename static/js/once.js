// form[data-once] goes out once: a double click, or Enter twice, sends one request. The server refuses the
// second one as well; this only spares people its answer.
function hold(form) {
  form.dataset.sent = ''
  form.querySelectorAll('button:not([type=button])').forEach((button) => button.setAttribute('aria-disabled', 'true'))
}

function free(form) {
  delete form.dataset.sent
  form.querySelectorAll('button[aria-disabled]').forEach((button) => button.removeAttribute('aria-disabled'))
}

// While the event goes down, before htmx (which listens on the form itself) sees it.
document.addEventListener('submit', (event) => {
  const form = event.target
  if (!form.matches('[data-once]')) return
  if (!('sent' in form.dataset)) return hold(form)
  event.preventDefault()
  event.stopImmediatePropagation()
}, true)

// Back from the browser's memory, or the request failed: it may be sent again.
addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(free))
document.addEventListener('htmx:afterRequest', ({ detail }) => {
  const form = detail.elt.closest?.('form[data-sent]')
  if (form && !(detail.xhr.status >= 200 && detail.xhr.status < 300)) free(form)
})
