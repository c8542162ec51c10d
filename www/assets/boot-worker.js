// Loads the engine in the worker and tells the page how much of it has arrived: [bytes so far, bytes
// in all or 0 where that is unknown], or [text] when it does not load.
importScripts('./worker.js');

(async () => {
  try {
    const response = await fetch('./worker_bg.wasm');
    if (!response.ok) throw new Error(`worker_bg.wasm: expected status 200, found ${response.status}`);
    const { headers } = response;
    // The length of a compressed body says nothing of the bytes that come out of it.
    const total = headers.get('content-encoding') ? 0 : Number(headers.get('content-length') ?? 0);
    let current = 0;
    const counter = new TransformStream({
      transform(chunk, controller) {
        current += chunk.byteLength;
        postMessage([current, total]);
        controller.enqueue(chunk);
      },
    });
    const counted = new Response(response.body.pipeThrough(counter), {
      headers: { 'content-type': 'application/wasm' },
    });
    await wasm_bindgen({ module_or_path: counted });
  } catch (error) {
    postMessage([String(error)]);
  }
})();
