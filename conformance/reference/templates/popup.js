const target = document.getElementById("return").href;
if (window.opener && !window.opener.closed) {
  window.opener.location = target;
  window.close();
}
