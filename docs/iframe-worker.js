// Search in files: a page that was opened from a disk may start no Worker, so that there one is a
// hidden frame that runs the same script. A page from a server keeps the browser's own.
if (location.protocol === "file:")
  window.Worker = class extends EventTarget {
    constructor(script) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const inner = frame.contentWindow;
      const source = new URL(script, document.baseURI).href;
      // In a worker, postMessage reaches who started it, and importScripts loads in order.
      inner.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      inner.importScripts = async (...urls) => {
        for (const url of urls) await load(frame, new URL(url, source).href);
      };
      this.inner = inner;
      this.ready = load(frame, source);
    }

    async postMessage(data) {
      await this.ready;
      this.inner.dispatchEvent(new this.inner.MessageEvent("message", { data }));
    }
  };

function load(frame, source) {
  return new Promise((done, failed) => {
    const script = frame.contentDocument.createElement("script");
    Object.assign(script, { src: source, async: false, onload: done, onerror: failed });
    frame.contentDocument.head.append(script);
  });
}

// An option is searched for as it is typed, "--beside": a hyphen before a word means "without it"
// to the search, so that nothing would be found. Of one hyphen that stays so.
const post = window.Worker.prototype.postMessage;
window.Worker.prototype.postMessage = function (message, ...others) {
  const { data } = message ?? {};
  const asked = typeof data === "string" ? { ...message, data: data.replace(/(^|[\s"+])--+/g, "$1") } : message;
  return post.call(this, asked, ...others);
};
