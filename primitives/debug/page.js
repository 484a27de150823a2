(() => {
	const live = document.getElementById("live");
	const refresh = async () => {
		if (!document.hidden) {
			try {
				const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
				if (!answer.ok) throw new Error(answer.status);
				const next = new DOMParser().parseFromString(await answer.text(), "text/html");
				document.querySelector("main").replaceWith(next.querySelector("main"));
				live.textContent = "refreshed " + new Date().toLocaleTimeString();
			} catch {
				live.textContent = "no answer";
			}
		}
		setTimeout(refresh, 2000);
	};
	setTimeout(refresh, 2000);
})();
