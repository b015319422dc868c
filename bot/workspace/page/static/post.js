// Posts to the page's own addresses. What goes wrong on the way is told by the answer, never thrown.

export const base = document.body.dataset.base;
export const TROUBLE_CONNECTING = "We had some trouble connecting. Try again?";

// {ok, told, answer}: `told` means that the server shows the sentence by itself.
export async function post(deed, order) {
  return read(
    fetch(`${base}/${deed}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(order),
    }),
  );
}

export async function upload(file) {
  return read(
    fetch(`${base}/upload?name=${encodeURIComponent(file.name)}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    }),
  );
}

async function read(request) {
  try {
    const response = await request;
    const answer = await response.json();
    return { ok: response.ok, told: [404, 409].includes(response.status), answer };
  } catch {
    return { ok: false, told: false, answer: { error: TROUBLE_CONNECTING } };
  }
}
