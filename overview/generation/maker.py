from __future__ import annotations

import random

from django.db import models

from core import bulk

SURNAMES = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹苏潘范彭鲁韦马方袁柳唐罗薛"
GIVEN = "安邦昌成春达德东芳刚光国海和红华辉慧建洁金静军康兰丽林玲明宁平强清庆荣山胜松伟文霞祥新秀雪洋宇远云"


class Maker:
    """What one county's making hands out: choices by its seed, and the next free key of every table it fills."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.keys: dict[type[models.Model], int] = {}

    def key(self, model: type[models.Model]) -> int:
        """The next free primary key of ``model``."""
        if model not in self.keys:
            self.keys[model] = bulk.first_free(model)
        self.keys[model] += 1
        return self.keys[model] - 1

    def name(self) -> str:
        """An invented name of two or three characters."""
        return self.chance.choice(SURNAMES) + "".join(
            self.chance.sample(GIVEN, self.chance.choice((1, 2, 2)))
        )
